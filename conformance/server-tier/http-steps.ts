// The HTTP steps of a case: publishing, and whatever else it asks.

import type { HttpStep, PublishStep } from "../cases/case.js";
import type { Stage } from "../runner/stage.js";
import { answerProblem, ask, httpBase, keyHeaders, type HttpAnswer } from "./http.js";
import { outsideBase } from "./outside.js";
import type { ServerTarget } from "./target.js";
import { unmet } from "./unmet.js";

export class HttpSteps {
  constructor(
    private readonly stage: Stage,
    private readonly target: () => ServerTarget,
  ) {}

  async publish(step: PublishStep): Promise<void> {
    const { stage } = this;
    const target = this.target();
    const scopes = step.scopes ?? (step.scope === undefined ? [] : [step.scope]);
    for (let time = 1; time <= (step.times ?? 1); time += 1) {
      const answer = await this.#ask(step.as, {
        method: "POST",
        path: new URL(target.publish ?? "http://none/").pathname,
        body: {
          scopes,
          event: step.event ?? target.event,
          payload: step.payload ?? { number: time },
          ...(step.idempotencyKey === undefined ? {} : { idempotencyKey: step.idempotencyKey }),
        },
      });
      if (answer.status >= 300) throw unmet(stage, `publishing ended with HTTP ${answer.status}`);
      if (step.as !== undefined) stage.variables.set(step.as, answer.body);
    }
  }

  async http(step: HttpStep): Promise<void> {
    const answer = await this.#ask(step.as, { method: "GET", ...step });
    this.stage.variables.set(step.as, answer.body);
  }

  async #ask(
    as: string | undefined,
    request: Omit<HttpStep, "as"> & { readonly method: string },
  ): Promise<HttpAnswer> {
    const { stage } = this;
    const target = this.target();
    const text =
      request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    stage.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "note",
      value: {
        [request.method]: request.path,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
    });
    let answer: HttpAnswer;
    try {
      answer = await ask(request.outside === true ? outsideBase(target) : httpBase(target), {
        method: request.method,
        path: request.path,
        ...(text === undefined ? {} : { text }),
        headers: { ...keyHeaders(target), ...request.headers },
        limitMs: stage.hangMs,
      });
    } catch (error) {
      throw unmet(
        stage,
        `${request.method} ${request.path}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const name = as === undefined ? {} : { name: as };
    stage.transcript.add({ lane: "wire", from: "testee", kind: "reply", ...name, value: answer });
    const broken = answerProblem(stage.contract, request.path, answer);
    if (broken) {
      throw stage.failed({
        kind: "monitor",
        monitor: "answers_valid",
        requirements: [broken.requirement],
        problem: `the answer to ${request.method} ${request.path} breaks ${broken.problem}`,
        actual: answer,
      });
    }
    return answer;
  }
}
