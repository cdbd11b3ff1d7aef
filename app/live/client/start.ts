import type { Overview } from "../overview";
import type { Sample } from "../queue-history";
import type { Palette } from "./palette";
import type { QueuePanel } from "./queue-panel";
import type { ReplicaList } from "./replica-list";
import type { SamplePanel } from "./sample-panel";

/** What the page is put together from. They come as arguments because each is sent to the browser as its own text. */
export interface Parts {
  palette: () => Palette;
  replicaList: (palette: Palette, now: () => number, say: (text: string) => void) => ReplicaList;
  queuePanel: (now: () => number) => QueuePanel;
  samplePanel: (palette: Palette) => SamplePanel;
}

/**
 * Runs in the browser, as do all functions of this folder: their text is put into the page. So each works with what it is
 * given and with what a browser has, and refers to nothing else of its file.
 *
 * This one listens to the stream and hands on what it hears.
 */
export function start(parts: Parts): void {
  const byId = (id: string) => document.getElementById(id)!;
  const number = new Intl.NumberFormat("en");
  let announced = "";
  /** For those who hear the page: what changed, in a sentence, and not the numbers of every second. */
  const say = (text: string) => {
    if (text !== announced) {
      announced = text;
      byId("said").textContent = text;
    }
  };
  /** How far the replica's clock is before the browser's, in milliseconds. */
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const palette = parts.palette();
  const replicas = parts.replicaList(palette, now, say);
  const queue = parts.queuePanel(now);
  parts.samplePanel(palette);

  const link = (state: "live" | "waiting", text: string) => {
    byId("link").dataset.state = state;
    byId("link-text").textContent = text;
  };
  const outage = (is: boolean) => {
    if (byId("outage").hidden === is) {
      byId("outage").hidden = !is;
      document.body.classList.toggle("stale", is);
    }
  };

  const show = (overview: Overview) => {
    const healthy = overview.replicas.filter(({ state }) => state === "ready").length;
    const recent = overview.replicas.reduce((sum, replica) => sum + replica.recent, 0);
    byId("healthy").textContent = number.format(healthy);
    byId("known").textContent = `of ${number.format(overview.replicas.length)}`;
    byId("recent").textContent = number.format(recent);
    byId("all-visits").textContent = number.format(overview.visits);
    replicas.update(overview.replicas);
    queue.now(overview.queue);
  };

  const open = () => {
    const stream = new EventSource("events");
    const on = (name: string, take: (data: unknown) => void) =>
      stream.addEventListener(name, (message) => take(JSON.parse((message as MessageEvent<string>).data)));
    on("hello", (data) => {
      const { instance, at } = data as { instance: string; at: number };
      ahead = at - Date.now();
      link("live", `Live from ${instance}`);
      say(`Live from ${instance}`);
    });
    on("overview", (data) => {
      outage(false);
      show(data as Overview);
    });
    on("session", (data) => {
      byId("session-visits").textContent = number.format((data as { visits: number }).visits);
    });
    on("history", (data) => queue.history(data as Sample[]));
    on("outage", () => outage(true));
    on("drain", () => link("waiting", "This replica leaves, moving to another"));
    stream.onerror = () => {
      link("waiting", "Reconnecting");
      // A refusal is final for the browser; here it only means: later.
      if (stream.readyState === EventSource.CLOSED) {
        setTimeout(open, 1000 + Math.random() * 1000);
      }
    };
    // Without it some browsers call a page that is being left a lost connection, and log it.
    addEventListener("pagehide", () => stream.close(), { once: true });
  };
  // Back from the browser's cache of pages the stream is closed.
  addEventListener("pageshow", (shown) => shown.persisted && open());
  open();
}
