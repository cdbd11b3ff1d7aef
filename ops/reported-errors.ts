import type { EngineEvent } from "@pulumi/pulumi/automation";

/** The errors that a preview or an update reports in its events. */
export class ReportedErrors {
  private readonly messages = new Set<string>();

  readonly onEvent = ({ diagnosticEvent }: EngineEvent): void => {
    if (diagnosticEvent?.severity === "error") this.messages.add(withoutMarkup(diagnosticEvent.message).trim());
  };

  /** Each once, without Pulumi's colours. */
  list(): string[] {
    return [...this.messages].filter(Boolean);
  }
}

/** Pulumi marks colours as `<{%fg 1%}>` in its events. */
function withoutMarkup(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}
