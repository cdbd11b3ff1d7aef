import { changeMessage, readChangeMessage } from "./change-message";

describe("a change's line in the history", () => {
  it("tells who ran what, and is read back", () => {
    const told = readChangeMessage(changeMessage("npm run rollback"));
    expect(told?.command).toBe("npm run rollback");
    expect(told?.who).toMatch(/^\S+@\S+$/);
  });

  it.each(["Mend the queue", "", "see ana@desk: npm run up", "ana@desk: pulumi up"])(
    "is another's when it reads %j",
    (message) => expect(readChangeMessage(message)).toBeUndefined(),
  );
});
