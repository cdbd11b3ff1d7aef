import fc from "fast-check";

import { commentBody, commentLimit, markerOf } from "./comment-body";

const url = "https://ci.example/run/7";

describe("the comment on a pull request", () => {
  it("is the plan behind the stack's marker", () => {
    expect(commentBody("dev", "# Plan\n\nNothing to do.\n", url)).toBe(
      `${markerOf("dev")}\n# Plan\n\nNothing to do.\n`,
    );
  });

  it("has a marker of each stack's own: dev's is not in dev-2's", () => {
    expect(commentBody("dev-2", "x", url)).not.toContain(markerOf("dev"));
  });

  it("is whole at the limit, and says that it was cut one character later", () => {
    const room = commentLimit - markerOf("dev").length - 2;
    const whole = commentBody("dev", "x".repeat(room), url);
    expect(whole).toHaveLength(commentLimit);
    expect(whole).not.toContain("Cut here");
    const cut = commentBody("dev", "x".repeat(room + 1), url);
    expect(cut.length).toBeLessThanOrEqual(commentLimit);
    expect(cut).toContain("**Cut here**");
    expect(cut).toContain(url);
  });

  it("ends at the end of a line, and closes the code block and the fold it was cut in", () => {
    const lines = Array.from({ length: 200 }, (_, at) => `+ container app-${at}`).join("\n");
    const body = commentBody(
      "dev",
      `<details><summary>All</summary>\n\n\`\`\`diff\n${lines}\n\`\`\`\n</details>`,
      url,
      1000,
    );
    const [, shown] = /\n(\+ container app-\d+)\n```\n<\/details>\n\n> \*\*Cut here/.exec(body) ?? [];
    expect(shown).toBeDefined();
    expect(lines.split("\n")).toContain(shown);
  });

  it("counts a fold inside a code block as text", () => {
    const body = commentBody("dev", `\`\`\`\n<details>\n${"line\n".repeat(400)}`, url, 1000);
    expect(body).not.toContain("</details>");
  });

  it("fits and keeps its marker whatever the plan is", () => {
    const part = fc.constantFrom("text ", "\n", "```\n", "~~~~\n", "<details>\n", "</details>\n", "\u{1F6A2}");
    const plans = fc.array(part, { maxLength: 600 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(plans, fc.integer({ min: 500, max: 2000 }), (plan, limit) => {
        const body = commentBody("dev", plan, url, limit);
        expect(body.length).toBeLessThanOrEqual(limit);
        expect(body.startsWith(`${markerOf("dev")}\n`)).toBe(true);
        // Half a pair of surrogates would not come back from UTF-8.
        expect(Buffer.from(body).toString()).toBe(body);
        if (plan.trim().length + markerOf("dev").length + 2 > limit) expect(body).toContain(url);
        else expect(body).toContain(plan.trim());
      }),
    );
  });
});
