import { baseImages } from "../../infra/base-images";
import { docker, inspect } from "./docker";

/** Sends a signal to a container's process from outside, as the kernel does when memory runs out: to the engine a SIGKILL is a crash. */
async function signal(pid: number, name: "KILL" | "STOP"): Promise<void> {
  const command = ["busybox", "kill", `-${name}`, String(pid)];
  await docker("run", "--rm", "--pid", "host", "--network", "none", baseImages.node, ...command);
}

/** Ends a container's process from outside. */
export const crash = (pid: number) => signal(pid, "KILL");

/** A way for one replica to die, to hang, or to be cut off. */
export interface Fault {
  readonly what: string;
  /** @param name of the container @param pid of its process, on the host @param edge Docker name of the edge network */
  readonly make: (name: string, pid: number, edge: string) => Promise<unknown>;
  /** Seconds until the replica is back and healthy, at most: found out, restarted, ready, on a busy machine. */
  readonly backSeconds: number;
  /**
   * Seconds for which requests may be sent to the dead replica, at most: until the engine says it died, or until the load
   * balancer's check (every 2 s, 3 s to answer) has failed or the healer has ended it.
   */
  readonly heldSeconds: number;
  /**
   * Seconds a replica takes for an answer, at most, where a fault lets even a safe request wait for longer than its client does: the replica
   * had acknowledged it, so nothing is sent again, and nothing breaks off. @default none does
   */
  readonly answerSeconds?: number;
}

const inNetworkOf = (name: string, script: string) =>
  docker(
    "run",
    "--rm",
    "--network",
    `container:${name}`,
    "--cap-add",
    "NET_ADMIN",
    baseImages.node,
    "busybox",
    "sh",
    "-c",
    script,
  );

/** Sends the process into an endless loop, by its own inspector. */
const loop = `
  const run = (url) => { const socket = new WebSocket(url); socket.onopen = () => socket.send(
    JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression: "for (;;);" } })) };
  process.kill(1, "SIGUSR1");
  const find = () => fetch("http://127.0.0.1:9229/json").then((answer) => answer.json()).then(([one]) => run(one.webSocketDebuggerUrl));
  const seek = (left) => setTimeout(() => find().catch(() => left > 0 && seek(left - 1)), 300);
  seek(20);`;

export const faults: readonly Fault[] = [
  { what: "is killed with kill -9", make: (_, pid) => crash(pid), backSeconds: 15, heldSeconds: 1.5 },
  {
    what: "runs out of memory",
    // The kernel kills the largest: the replica's own process is made the first choice.
    make: (name) =>
      docker(
        "exec",
        "--detach",
        name,
        ...[
          "busybox",
          "sh",
          "-c",
          "echo 1000 > /proc/1/oom_score_adj && exec node -e 'for (const all = [];;) all.push(Buffer.alloc(8e6, 1))'",
        ],
      ),
    backSeconds: 20,
    heldSeconds: 3,
  },
  {
    what: "hangs in an endless loop",
    make: (name) => docker("exec", "--detach", name, "node", "--experimental-websocket", "-e", loop),
    backSeconds: 20,
    heldSeconds: 5.8,
  },
  { what: "is stopped by SIGSTOP", make: (_, pid) => signal(pid, "STOP"), backSeconds: 20, heldSeconds: 5.5 },
  { what: "is paused", make: (name) => docker("pause", name), backSeconds: 20, heldSeconds: 5.5 },
  {
    what: "is cut off from the network",
    make: async (name, _, edge) => {
      const [one] = await inspect(name);
      const address = (one!.NetworkSettings.Networks[edge] as { IPAddress: string }).IPAddress;
      await inNetworkOf(
        name,
        `busybox ip link set dev $(busybox ip -o -4 addr | busybox grep -F ' ${address}/' | busybox awk '{ print $2 }') down`,
      );
    },
    backSeconds: 20,
    heldSeconds: 5.5,
    answerSeconds: 0.2,
  },
];
