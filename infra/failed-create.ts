/**
 * Options of every container. One that was created but did not start or never became healthy is kept in the state with
 * an error, and by default the next update "updates" it: nothing happens, the error is forgotten, and the replicas it
 * should have taken over from are deleted. With this it is replaced, and has to become healthy, first.
 * Its name is taken, so it goes before its successor comes. (`#initerror` is Pulumi's name for that error: pkg/resource/deploy/step_generator.go.)
 */
export const replaceFailedCreate = { replaceOnChanges: ["#initerror"], deleteBeforeReplace: true };
