/** What a declared container and one that is there have in common, in the same form, so that the two can be compared. */
export interface ContainerTraits {
  readonly restartPolicy: string;
  readonly readOnly: boolean;
  readonly privileged: boolean;
  readonly addedCapabilities: readonly string[];
  readonly droppedCapabilities: readonly string[];
  readonly securityOptions: readonly string[];
  readonly mounts: readonly {
    readonly type: string;
    /** Name of the volume, or path on the engine's host. */
    readonly source: string;
    readonly target: string;
    readonly readOnly: boolean;
  }[];
  /** Published ports, whether it runs or not. */
  readonly ports: readonly { readonly internal: number; readonly external: number; readonly ip: string }[];
}
