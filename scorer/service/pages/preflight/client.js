/** Requests to the preflight API. A newer draft cancels what was asked for an older one. */

import { m } from "./language.js";

export const DEBOUNCE = 250;
const SETTLE = 450;

/**
 * What the service answered instead of an assessment (RFC 9457), or that it did not answer: status 0. A message of
 * this module is English with `params` for its fields.
 */
export class PreflightError extends Error {
  constructor(status, detail, field = "", params = undefined) {
    super(detail);
    this.params = params;
    this.name = "PreflightError";
    this.status = status;
    this.field = field;
  }
}

/** One preflight service. `address` is its URL, "" for the one that the page came from. */
export class Client {
  #waiting = 0;
  #controller = null;

  constructor(address = "", key = "") {
    this.address = address;
    this.key = key;
    this.language = "";
  }

  /**
   * Score what `request()` returns, after a pause in which nothing newer comes. `answered(assessment,
   * {complete, language})` is called with the score at once and, `remedies` wanted, again with these.
   */
  schedule(request, { answered, failed, started, remedies = true, delay = DEBOUNCE }) {
    this.cancel();
    const controller = new AbortController();
    this.#controller = controller;
    const ask = async () => {
      const body = request();
      started();
      const quick = await this.#post("/v1/preflight?remedies=false", body, controller.signal);
      answered(quick.value, { complete: !remedies, language: quick.language });
      if (!remedies) return;
      await pause(SETTLE, controller.signal);
      const full = await this.#post("/v1/preflight?remedies=true", body, controller.signal);
      answered(full.value, { complete: true, language: full.language });
    };
    this.#waiting = setTimeout(() => {
      ask().catch((error) => {
        if (!controller.signal.aborted) failed(error);
      });
    }, delay);
  }

  /** Forget what was asked. */
  cancel() {
    clearTimeout(this.#waiting);
    this.#controller?.abort();
    this.#controller = null;
  }

  /** The mailing with the edits of these rules made, and its assessment. */
  async fix(request, only) {
    this.cancel();
    const controller = new AbortController();
    this.#controller = controller;
    return (await this.#post("/v1/preflight/fix", { ...request, only }, controller.signal)).value;
  }

  /** GET of a path under /v1. */
  async look(path) {
    return (await this.#send(`/v1/${path}`, { headers: this.#headers() })).value;
  }

  #post(path, body, signal) {
    const headers = { ...this.#headers(), "Content-Type": "application/json" };
    return this.#send(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  #headers() {
    const headers = this.key ? { Authorization: `Bearer ${this.key}` } : {};
    return this.language ? { ...headers, "Accept-Language": this.language } : headers;
  }

  async #send(path, options) {
    let response;
    try {
      response = await fetch(this.address.replace(/\/+$/, "") + path, { credentials: "omit", ...options });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new PreflightError(0, m("The preflight service does not answer."));
    }
    const value = await response.json().catch(() => null);
    if (!response.ok || value === null) {
      if (value?.detail) throw new PreflightError(response.status, value.detail, value.field);
      throw new PreflightError(response.status, m("The service answered {status}."), "", { status: response.status });
    }
    return { value, language: response.headers.get("Content-Language") ?? "en" };
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
