/** The services that a release is made of, each with replicas of its own. Every update declares both, with no replicas too. */
export const replicatedServices = ["app", "worker"] as const;
