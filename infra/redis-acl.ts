/** A process that uses Redis, as an ACL user of its own. */
export type RedisRole = "app" | "worker";

/**
 * What a role may do: any command on its own keys, but none that administers or endangers the server, no channel and no
 * loading of scripts. Of what those categories take, three are given back: INFO, which ioredis and BullMQ ask when they
 * connect, and EVAL and EVALSHA, by which BullMQ moves jobs. `tests/integration` runs the processes with these rules.
 */
const own = ["resetchannels", "~evenkeel:*", "+@all", "-@admin", "-@dangerous", "-@pubsub", "-@scripting"];
const givenBack = ["+info", "+evalsha", "+eval"];

/**
 * The server's own user, by which nobody can log in. It needs every right: Redis 7.0 replays the transactions of its append-only file as this
 * user and leaves out what it may not do, so that each job put in by a script would be gone after a restart.
 */
export const defaultUser: readonly string[] = ["off", "~*", "&*", "+@all"];

/** ACL rules by role, as `ACL SETUSER` takes them: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export const redisAcl: Readonly<Record<RedisRole, readonly string[]>> = {
  app: [...own, ...givenBack],
  worker: [...own, ...givenBack],
};
