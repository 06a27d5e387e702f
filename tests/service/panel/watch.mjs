// What goes wrong in a page without showing: errors on its console, broken rules of its content, requests that fail.

/** Listens to every page of a browser context; `wrong` lists what was not provoked. */
export class Watch {
  wrong = [];
  #provoked = [];

  async listen(context, whose) {
    const note = (what) => this.wrong.push(`${whose}: ${what}`);
    await context.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`CSP: ${event.effectiveDirective} refuses ${event.blockedURI} at ${event.sourceFile}`),
      ),
    );
    context.on('page', (page) => {
      page.on('pageerror', (error) => note(`error in the page: ${error.stack ?? error}`));
      page.on('console', (message) => {
        // What the network answered is judged by its answer below.
        const is_answer = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !is_answer) note(`console: ${message.text()} (${page.url()})`);
      });
    });
    context.on('response', (response) => {
      if (response.status() < 400) return;
      const said = `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`;
      if (!this.#provoked.some((expected) => expected.test(said))) note(said);
    });
    context.on('requestfailed', (request) => {
      // Whoever goes on cancels what was still under way.
      const why = request.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED') note(`${why} ${request.method()} ${request.url()}`);
    });
  }

  /** From now on answers such as `401 POST /api/v1/session` are meant to come. */
  provokes(answer) {
    this.#provoked.push(answer);
  }
}
