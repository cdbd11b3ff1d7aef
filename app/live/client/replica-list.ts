import type { Replica } from "../presence";
import type { Palette } from "./palette";

export interface ReplicaList {
  update(replicas: readonly Replica[]): void;
}

/** The list of replicas. Runs in the browser: see `start`. */
export function replicaList(palette: Palette, now: () => number, say: (text: string) => void): ReplicaList {
  const list = document.getElementById("replicas")!;
  const template = document.getElementById("replica") as HTMLTemplateElement;
  const number = new Intl.NumberFormat("en");
  const words = { ready: "Healthy", draining: "Draining", lost: "No sign of life" };
  const items = new Map<string, HTMLElement>();
  const states = new Map<string, Replica["state"]>();
  let first = true;

  const age = (startedAt: number) => {
    const minutes = Math.max(0, Math.floor((now() - startedAt) / 60_000));
    if (minutes < 1) {
      return "up < 1 min";
    }
    return minutes < 120
      ? `up ${minutes} min`
      : minutes < 2880
        ? `up ${Math.floor(minutes / 60)} h`
        : `up ${Math.floor(minutes / 1440)} d`;
  };
  const add = (instance: string) => {
    const item = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    item.classList.add(palette.colour(instance));
    item.dataset.instance = instance;
    items.set(instance, item);
    return item;
  };
  const fill = (item: HTMLElement, replica: Replica, all: number) => {
    const set = (part: string, text: string) => {
      const element = item.querySelector(`[data-part="${part}"]`)!;
      if (element.textContent !== text) {
        element.textContent = text;
      }
    };
    const share = all === 0 ? 0 : replica.recent / all;
    item.dataset.state = replica.state;
    set("name", replica.instance);
    set("state", words[replica.state]);
    set("revision", `revision ${replica.revision}`);
    set("age", age(replica.startedAt));
    set("share", `${Math.round(share * 100)} %`);
    set("requests", `${number.format(replica.requests)} served`);
    item.querySelector<HTMLElement>('[data-part="bar"]')!.style.width = `${share * 100}%`;
  };
  const tell = (replicas: readonly Replica[]) => {
    const changes = replicas
      .filter(({ instance, state }) => states.get(instance) !== state)
      .map(({ instance, state }) => `${instance}: ${words[state]}`);
    const gone = [...states.keys()].filter((name) => !replicas.some(({ instance }) => instance === name));
    states.clear();
    replicas.forEach(({ instance, state }) => states.set(instance, state));
    const all = [...changes, ...gone.map((instance) => `${instance}: gone`)];
    if (all.length > 0 && !first) {
      say(all.length > 4 ? `${all.length} replicas changed` : all.join(", "));
    }
    first = false;
  };

  return {
    update(replicas) {
      tell(replicas);
      const all = replicas.reduce((sum, { recent }) => sum + recent, 0);
      for (const [instance, item] of items) {
        if (!states.has(instance)) {
          item.remove();
          items.delete(instance);
          palette.free(instance);
        }
      }
      replicas.forEach((replica, index) => {
        const item = items.get(replica.instance) ?? add(replica.instance);
        fill(item, replica, all);
        if (list.children[index] !== item) {
          list.insertBefore(item, list.children[index] ?? null);
        }
      });
    },
  };
}
