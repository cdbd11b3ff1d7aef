import { ListrRenderer, ListrTaskEventType, ListrTaskObject, ListrTaskState } from "listr2";

import { formatElapsed } from "./elapsed";

type Task = ListrTaskObject<unknown, typeof ListrRenderer, typeof ListrRenderer>;

/**
 * A line for everything that happens, with the time since the start: for pipes and continuous integration. On standard error, for
 * standard output is the command's result.
 */
export class LineRenderer implements ListrRenderer {
  static rendererOptions = {};
  static rendererTaskOptions = {};
  static nonTTY = true;

  // Of the command, which may show more than one list.
  private readonly started = Date.now() - process.uptime() * 1000;

  constructor(private readonly tasks: Task[]) {}

  render(): void {
    this.follow(this.tasks);
  }

  end(): void {}

  private follow(tasks: readonly Task[]): void {
    for (const task of tasks) {
      // Later the title may hold the result.
      const name = task.title ?? "";
      task.on(ListrTaskEventType.SUBTASK, (subtasks) => this.follow(subtasks as Task[]));
      task.on(ListrTaskEventType.OUTPUT, (output) => this.line(`${name}: ${output}`));
      task.on(ListrTaskEventType.STATE, (state) => {
        if (state === ListrTaskState.COMPLETED && task.subtasks === undefined) this.line(`${task.title}: done`);
        if (state === ListrTaskState.FAILED) this.line(`${name}: failed`);
      });
    }
  }

  private line(text: string): void {
    const elapsed = formatElapsed(Date.now() - this.started);
    console.error(`${elapsed.padStart(11)}  ${text.trimEnd()}`);
  }
}
