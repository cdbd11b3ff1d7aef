/** Where the load balancer listens inside its container: clients, its own API, its health check. */
export const balancerPorts = { web: 8000, api: 8081, ping: 8082 } as const;
