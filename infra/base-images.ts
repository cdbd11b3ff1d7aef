import versions from "../versions.json";

/**
 * The images everything else is made from. `setup/` puts them on the engine: from the official ones where a registry
 * can be reached, else from Debian, npm and Go packages. The program is the same in both cases.
 */
export const baseImages = {
  node: `evenkeel/node:${versions.node}`,
  redis: `evenkeel/redis:${versions.redis}`,
  haproxy: `evenkeel/haproxy:${versions.haproxy}`,
  traefik: `evenkeel/traefik:${versions.traefik}`,
} as const;
