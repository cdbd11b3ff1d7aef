/** Characters that GitHub takes in one comment. */
export const commentLimit = 65_536;

/** The hidden first line by which a later run finds the comment of one stack. */
export function markerOf(stack: string): string {
  return `<!-- evenkeel plan of stack ${stack} -->`;
}

/**
 * Pure: what the comment of a stack says, marker first. What exceeds the limit is cut at the end of a line, with a notice; code
 * blocks and folds that the cut left open are closed.
 *
 * @param markdown the plan
 * @param whole where the whole can be read, for the notice
 * @param limit characters, as JavaScript counts them: never fewer than GitHub does. @default commentLimit
 */
export function commentBody(stack: string, markdown: string, whole: string, limit = commentLimit): string {
  const marker = markerOf(stack);
  const text = markdown.trim();
  const full = `${marker}\n${text}\n`;
  if (full.length <= limit) return full;
  const notice = (shown: number) =>
    `\n\n> **Cut here**: ${shown} of ${text.length} characters fit into a comment. The whole: ${whole}\n`;
  // What it may take to close, and the longest number of characters shown.
  const room = limit - marker.length - 1 - notice(text.length).length - 200;
  let kept = wholeLines(text.slice(0, Math.max(0, room)));
  // Every open fold takes 11 characters to close; a plan that opens more of them than fit is cut shorter.
  while (closing(kept).length > 200) kept = wholeLines(kept.slice(0, -1));
  return `${marker}\n${kept}${closing(kept)}${notice(kept.length)}`;
}

/** Up to the last end of a line; all of it when it is one long line, but for half a pair of surrogates. */
function wholeLines(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > 0 ? text.slice(0, end) : text.replace(/[\uD800-\uDBFF]$/, "");
}

/** What ends the code block and the folds that are open at the end of `text`. */
function closing(text: string): string {
  let fence: string | undefined;
  let folds = 0;
  for (const line of text.split("\n")) {
    const mark = /^\s*(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === undefined && mark) fence = mark[1];
    else if (fence !== undefined && mark?.[1]?.startsWith(fence) && mark[2]?.trim() === "") fence = undefined;
    else if (fence === undefined) folds += count(line, "<details") - count(line, "</details>");
  }
  return (fence === undefined ? "" : `\n${fence}`) + "\n</details>".repeat(Math.max(0, folds));
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
