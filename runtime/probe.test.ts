import pino from "pino";
import { Lifecycle } from "./lifecycle";
import { startInternalServer, type InternalServer, type ProbeOptions } from "./probe";

let server: InternalServer;

async function start(options: Partial<ProbeOptions> = {}) {
  const lifecycle = new Lifecycle({ logger: pino({ level: "silent" }), stopGraceSeconds: 10, exit: () => undefined });
  server = await startInternalServer(0, { lifecycle, ...options });
  const probe = (path = "/probe") => fetch(`http://127.0.0.1:${server.port}${path}`).then(({ status }) => status);
  return { lifecycle, probe };
}

afterEach(() => server.close());

test("starting: held, and 503 in the end; ready: 200 at once the first time, held from then on", async () => {
  const { lifecycle, probe } = await start({ holdMs: 300 });
  const askedEarly = performance.now();
  expect(await probe()).toBe(503);
  expect(performance.now() - askedEarly).toBeGreaterThan(290);
  lifecycle.ready();
  expect(await probe()).toBe(200);

  const asked = performance.now();
  expect(await probe()).toBe(200);
  expect(performance.now() - asked).toBeGreaterThan(290);
});

test("a probe that was held while the process started hears at once that it is ready, and the next is held", async () => {
  const { lifecycle, probe } = await start({ holdMs: 3000 });
  const held = probe();
  await settlesIn(50);
  lifecycle.ready();
  expect(await Promise.race([held, settlesIn(1000)])).toBe(200);
  expect(await Promise.race([probe(), settlesIn(150)])).toBe("nothing");
});

test("held answers are released with 503 the moment the drain starts, one more is given at once, and later ones are held", async () => {
  const { lifecycle, probe } = await start({ holdMs: 60_000 });
  lifecycle.ready();
  await probe();
  const held = probe();
  await settlesIn(50);
  lifecycle.onDrain("wait for the answers", async () => {
    expect(await held).toBe(503);
    expect(await probe()).toBe(503);
    expect(await Promise.race([probe(), settlesIn(150)])).toBe("nothing");
    expect(await probe()).toBe(503);
  });
  await lifecycle.stop("SIGTERM");
});

test("a second probe beside a held one is answered at once, with that one: the engine has forgotten it", async () => {
  const { lifecycle, probe } = await start({ holdMs: 60_000 });
  lifecycle.ready();
  await probe();
  expect(await Promise.all([probe(), probe()])).toEqual([200, 200]);

  const held = probe();
  await expect(Promise.race([held, settlesIn(150)])).resolves.toBe("nothing");
  await lifecycle.stop("SIGTERM");
  expect(await held).toBe(503);
});

test("after a probe that went away unanswered the next is answered at once, and the one after that is held", async () => {
  const { lifecycle, probe } = await start({ holdMs: 60_000 });
  lifecycle.ready();
  await probe();
  for (let round = 0; round < 3; round++) {
    // Held, or the request would have been answered instead of aborted.
    const impatient = fetch(`http://127.0.0.1:${server.port}/probe`, { signal: AbortSignal.timeout(150) });
    await expect(impatient).rejects.toThrow(/aborted/);
    await settlesIn(50);
    expect(await Promise.race([probe(), settlesIn(1000)])).toBe(200);
  }
});

test("after an answer that came far too late, as after a pause, the next is answered at once", async () => {
  const { lifecycle, probe } = await start({ holdMs: 100 });
  lifecycle.ready();
  await probe();
  const held = probe();
  await settlesIn(50);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
  expect(await held).toBe(200);
  const asked = performance.now();
  expect(await probe()).toBe(200);
  expect(performance.now() - asked).toBeLessThan(90);
});

const settlesIn = (milliseconds: number) =>
  new Promise<string>((resolve) => setTimeout(() => resolve("nothing"), milliseconds));

test("the phase is told at once, to the end of the drain, on a connection that is kept", async () => {
  const { lifecycle } = await start({ holdMs: 60_000 });
  const phase = async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/phase`);
    return [answer.status, answer.headers.get("connection"), await answer.text()];
  };
  expect(await phase()).toEqual([200, "keep-alive", "starting"]);
  lifecycle.ready();
  expect(await phase()).toEqual([200, "keep-alive", "ready"]);
  lifecycle.onDrain("asked meanwhile", async () => {
    expect(await phase()).toEqual([200, "keep-alive", "draining"]);
  });
  await lifecycle.stop("SIGTERM");
});

test("it answers nothing else", async () => {
  const { probe } = await start();
  expect(await probe("/")).toBe(404);
});

test("a taken port is named", async () => {
  await start();
  const lifecycle = new Lifecycle({ logger: pino({ level: "silent" }), stopGraceSeconds: 10 });
  await expect(startInternalServer(server.port, { lifecycle })).rejects.toThrow(
    `listen on internal port ${server.port}`,
  );
});
