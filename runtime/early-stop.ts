/**
 * Imported first by every entry point, for its effect. Until `Lifecycle.install` takes the signals over the modules load (0.2 s
 * at half a CPU), and in a container the process is PID 1, for which the kernel ignores a SIGTERM without a handler: a stop
 * just after the start would take the whole grace period. Nothing was begun yet, so nothing is to be finished.
 */
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => process.exit(0));
}
