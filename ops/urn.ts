/** A resource's own type, without those of the components around it: `docker:index/container:Container`. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").pop()!;
}

/** The last part of a resource's URN: the name the program gave it. */
export function nameOf(urn: string): string {
  return urn.split("::").pop()!;
}
