import { EventEmitter, once } from "node:events";

import { Replica } from "./replica";
import { GateRequest } from "./request";

/** A service that an update declares, and what the engine had of it when the gate was first asked. */
export interface Asked {
  readonly request: GateRequest;
  readonly before: readonly Replica[];
}

/** What an update has asked the gate about so far, service by service. */
export class AskedServices {
  /** Whether some of it was found bad: then all of it leaves. */
  failing = false;
  private readonly all = new Map<string, Asked>();
  private readonly heard = new EventEmitter();

  /** @param present what the engine has of the service now */
  take(request: GateRequest, present: readonly Replica[]): Asked {
    const { service } = request;
    const asked = { request, before: this.all.get(service)?.before ?? present };
    this.all.set(service, asked);
    this.heard.emit(service);
    return asked;
  }

  get(service: string): Asked | undefined {
    return this.all.get(service);
  }

  /** @returns undefined when it is not asked about within so many seconds */
  async until(service: string, seconds: number): Promise<Asked | undefined> {
    if (!this.all.has(service)) {
      await once(this.heard, service, { signal: AbortSignal.timeout(seconds * 1000) }).catch(() => undefined);
    }
    return this.all.get(service);
  }
}
