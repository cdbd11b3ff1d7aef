import type { ServiceEngine } from "./service-engine";

/** What a person wants of the app, in any of the tools. */
export interface Wanted {
  readonly replicas: number;
  /** Another number is another environment: what makes a rollout necessary. */
  readonly revision: number;
}

/** A tool that runs the app behind its own load balancer. */
export interface Contender {
  readonly name: string;
  /** Where its load balancer is reached, on 127.0.0.1. */
  readonly url: string;
  /** The app's containers, as its engine has them. */
  readonly service: ServiceEngine;
  /** Writes down what is wanted, where the tool has it written down. Not part of any time. */
  declare(wanted: Wanted): Promise<void>;
  /** Makes it so, by the command a person would run; that command's end is this one's. */
  apply(): Promise<void>;
  /** Removes all of it. */
  remove(): Promise<void>;
}

/** The contenders' names, in the order of the table. */
export const contenderNames = ["evenkeel", "compose", "swarm", "pulumi"] as const;

export type ContenderName = (typeof contenderNames)[number];
