/** The period of which a CPU quota is a share, unless another one is given: the kernel's own default. In microseconds. */
export const defaultPeriod = 100_000;

/** How many cores a CPU quota allows. @param quota, period in microseconds */
export function coresOf(quota: number, period: number = defaultPeriod): number {
  return quota / period;
}
