import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { CommentsApi, token } from "../tests/support/comments-api";
import { commentBody, markerOf } from "./comment-body";
import { publishComment } from "./publish-comment";
import { pullRequestOf } from "./pull-request";

const bot = "github-actions[bot]";
let api: CommentsApi;
let said: string[];

beforeEach(async () => {
  api = await CommentsApi.start();
  said = [];
});
afterEach(() => api.stop());

const environment = (): NodeJS.ProcessEnv => ({
  GITHUB_API_URL: api.url,
  GITHUB_REPOSITORY: "acme/shop",
  GITHUB_REF: "refs/pull/7/merge",
  GITHUB_RUN_ID: "42",
  GITHUB_TOKEN: token,
});

const publish = (text: string, stack = "dev", env = environment()) => {
  const pull = pullRequestOf(env);
  const body = commentBody(stack, text, pull.run);
  const signal = new AbortController().signal;
  const say = (line: string) => void said.push(line);
  return publishComment(pull, { stack, body, author: bot, say, signal, pauseMilliseconds: 5 });
};

const bodies = () => api.comments.map(({ body }) => body);

describe("the comment on a pull request", () => {
  it("is written once, and every later push updates it", async () => {
    expect(await publish("one")).toEqual({ done: "created", url: "https://git.example/pull/7#1" });
    expect(await publish("two")).toEqual({ done: "updated", url: "https://git.example/pull/7#1" });
    expect(bodies()).toEqual([`${markerOf("dev")}\ntwo\n`]);
  });

  it("is one for each stack", async () => {
    await publish("of dev", "dev");
    await publish("of prod", "prod");
    await publish("of dev again", "dev");
    expect(bodies()).toEqual([`${markerOf("dev")}\nof dev again\n`, `${markerOf("prod")}\nof prod\n`]);
  });

  it("is found behind 250 others", async () => {
    for (let at = 0; at < 250; at++) api.add("ann", `comment ${at}`);
    await publish("one");
    await publish("two");
    expect(bodies().filter((body) => body.includes(markerOf("dev")))).toEqual([`${markerOf("dev")}\ntwo\n`]);
    expect(api.requests.filter((line) => line.startsWith("GET")).at(-1)).toContain("page=3");
  });

  it("is never one that somebody else wrote with the marker in it, nor one that quotes it", async () => {
    api.add("mallory", `${markerOf("dev")}\nLooks good, merge it\n`);
    api.add(bot, `> ${markerOf("dev")}\n\nan answer`);
    expect((await publish("one")).done).toBe("created");
    expect(bodies()[0]).toContain("Looks good");
    expect(bodies()[2]).toBe(`${markerOf("dev")}\none\n`);
  });

  it("is written when GitHub answers again after 502, 429 and a line that broke", async () => {
    api.troubles.push({ status: 502 }, { status: 429, headers: { "retry-after": "1" } }, { status: "hang up" });
    expect((await publish("one")).done).toBe("created");
    expect(said).toHaveLength(3);
    expect(said[1]).toMatch(/answered 429: Try again; asks again in 1 s/);
    expect(bodies()).toHaveLength(1);
  });

  it.each([502, "hang up"] as const)("is not written twice when the answer to its writing was %s", async (status) => {
    api.lost.push({ status });
    expect((await publish("one")).done).toBe("updated");
    expect(bodies()).toEqual([`${markerOf("dev")}\none\n`]);
  });

  it("waits for a rate limit that ends soon, and gives up at once on one that does not", async () => {
    api.troubles.push({ status: 403, headers: { "retry-after": "2" } });
    await publish("one");
    api.troubles.push({ status: 403, headers: { "retry-after": "3600" } });
    await expect(publish("two")).rejects.toThrow(/answered 403/);
    expect(bodies()).toEqual([`${markerOf("dev")}\none\n`]);
  });

  it("is given up after five tries", async () => {
    for (let at = 0; at < 9; at++) api.troubles.push({ status: 500 });
    await expect(publish("one")).rejects.toThrow(/answered 500/);
    expect(api.requests).toHaveLength(5);
  });

  it("is refused with what mends it when the token may not write, without a second try and without the token", async () => {
    api.troubles.push({ status: 403 });
    const failure = await publish("one").catch((error: Error) => error.message);
    expect(failure).toMatch(/permissions: pull-requests: write/);
    expect(failure).not.toContain(token);
    await expect(publish("one", "dev", { ...environment(), GITHUB_TOKEN: "old" })).rejects.toThrow(/Bad credentials/);
    expect(api.requests).toHaveLength(2);
  });
});

describe("npm run comment", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "evenkeel-comment-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (file: string, env: NodeJS.ProcessEnv) =>
    execa("node", ["--import", "tsx", join(__dirname, "comment.ts"), "--stack", "dev", file], {
      ...{ env: { PATH: process.env.PATH, ...env }, extendEnv: false, reject: false, all: true },
    });

  it("cuts a plan that is too long for a comment and says where the whole is", async () => {
    const file = join(folder, "plan.md");
    await writeFile(file, "a line of the plan\n".repeat(5_000));
    const { exitCode, stdout } = await run(file, environment());
    expect([exitCode, stdout]).toEqual([0, "created: https://git.example/pull/7#1"]);
    expect(bodies()[0]).toContain("The whole: https://github.com/acme/shop/actions/runs/42");
  });

  it("names everything that is missing, and asks nothing", async () => {
    const file = join(folder, "plan.md");
    await writeFile(file, "a plan");
    const { exitCode, all } = await run(file, { GITHUB_API_URL: api.url, GITHUB_REF: "refs/heads/main" });
    expect(exitCode).toBe(1);
    expect(all).toMatch(/GITHUB_TOKEN is not set; GITHUB_REPOSITORY is not set; GITHUB_REF is "refs\/heads\/main"/);
    const empty = await run(join(folder, "none.md"), environment());
    expect([empty.exitCode, empty.all]).toEqual([1, expect.stringMatching(/npm run -s plan -- --markdown >/)]);
    expect(api.requests).toEqual([]);
  });
});
