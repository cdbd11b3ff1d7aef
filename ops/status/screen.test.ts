import { screenOn } from "./screen";

/** What is written to a terminal of four rows, or to a pipe. */
function written(isTTY: boolean, between: string, ...blocks: string[]): string[] {
  const texts: string[] = [];
  const screen = screenOn({ isTTY, rows: 4, write: (text) => texts.push(text) }, between);
  blocks.forEach((block) => screen.show(block));
  screen.close();
  return texts;
}

describe("one block after the other", () => {
  it("in a pipe has what is between them, and no control characters", () => {
    expect(written(false, "\n", "a\nb", "c").join("")).toBe("a\nb\n\nc\n");
    expect(written(false, "", "{}", "{}").join("")).toBe("{}\n{}\n");
  });

  it("in a terminal takes the last one's place, as far as it fits, and leaves the last one behind", () => {
    expect(written(true, "\n", "1\n2\n3\n4\n5", "a")).toEqual([
      "\x1b[?1049h",
      "\x1b[H1\x1b[K\n2\x1b[K\n3\x1b[K\n\x1b[J",
      "\x1b[Ha\x1b[K\n\x1b[J",
      "\x1b[?1049l",
      "a\n",
    ]);
  });
});
