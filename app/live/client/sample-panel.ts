import type { Palette } from "./palette";

export interface SamplePanel {
  /** Whether requests are on their way. */
  busy(): boolean;
}

/** The buttons that send something, and who answered. Runs in the browser: see `start`. */
export function samplePanel(palette: Palette): SamplePanel {
  const byId = (id: string) => document.getElementById(id)!;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-send]")];
  const dots = byId("dots");
  const result = byId("result");
  let sending = false;

  /** Sends `count` requests, three at a time; a browser would hold back more than six. */
  const send = async (
    count: number,
    path: (index: number) => string,
    answered: (response: Response) => Promise<void>,
  ) => {
    let next = 0;
    let failed = 0;
    const lane = async () => {
      while (next < count) {
        const index = next++;
        try {
          const options = { headers: { accept: "application/json" }, signal: AbortSignal.timeout(10_000) };
          const response = await fetch(path(index), options);
          if (!response.ok) {
            throw new Error(String(response.status));
          }
          await answered(response);
        } catch {
          failed += 1;
        }
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    return failed;
  };
  const dot = (instance: string) => {
    const item = document.createElement("li");
    item.className = palette.colour(instance);
    item.title = instance;
    dots.append(item);
  };
  const ending = (failed: number) => (failed === 0 ? "None failed." : `${failed} failed.`);

  const sendRequests = async (count: number) => {
    const served = new Map<string, number>();
    dots.replaceChildren();
    const failed = await send(
      count,
      () => "./",
      async (response) => {
        const { instance } = (await response.json()) as { instance: string };
        served.set(instance, (served.get(instance) ?? 0) + 1);
        dot(instance);
      },
    );
    const shares = [...served].sort().map(([instance, answers]) => `${answers} by ${instance}`);
    result.textContent = `${count} requests sent: ${shares.join(", ") || "no answer"}. ${ending(failed)}`;
  };
  const enqueueJobs = async (count: number) => {
    dots.replaceChildren();
    const failed = await send(
      count,
      (index) => `enqueue?job=sample-${index + 1}`,
      async (response) => {
        dot(((await response.json()) as { served_by: { instance: string } }).served_by.instance);
      },
    );
    result.textContent = `${count - failed} jobs enqueued. ${ending(failed)}`;
  };

  const press = async (button: HTMLButtonElement) => {
    if (sending) {
      return;
    }
    sending = true;
    // Not `disabled`: that would take the focus from who uses the keyboard.
    buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
    result.textContent = "Sending";
    const count = Number(button.dataset.count);
    await (button.dataset.send === "jobs" ? enqueueJobs(count) : sendRequests(count));
    buttons.forEach((each) => each.removeAttribute("aria-disabled"));
    sending = false;
  };
  buttons.forEach((button) => button.addEventListener("click", () => void press(button)));
  return { busy: () => sending };
}
