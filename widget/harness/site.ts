/** A creator's page on another origin than the widget's, with as strict a policy as pages have. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface SiteOptions {
  readonly app: string;
  readonly attributes?: string;
  readonly html?: string;
}

export class Site {
  #server: Server;

  constructor(options: SiteOptions) {
    const policy = [
      "default-src 'none'",
      `script-src ${options.app}`,
      `connect-src ${options.app} ${options.app.replace("http", "ws")}`,
      "style-src 'self'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      "base-uri 'none'",
    ].join("; ");
    this.#server = createServer((request, response) => {
      if (request.url === "/style.css")
        return response.writeHead(200, { "content-type": "text/css" }).end(STYLE);
      const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
      return response.writeHead(200, headers).end(page(options));
    });
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(port, "localhost", ready));
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

const STYLE = `
body { font: 17px/1.6 Georgia, serif; max-width: 44rem; margin: 3rem auto; padding: 0 1.5rem; color: #222; background: #faf8f4 }
h1 { font-size: 2.2rem; line-height: 1.15 } button { background: hotpink; text-transform: uppercase } a { color: #7a4b00 }
@media (prefers-color-scheme: dark) { body { color: #e8e4dc; background: #1c1a17 } a { color: #f0c27a } }`;

function page({ app, attributes = "", html = 'lang="en"' }: SiteOptions): string {
  return `<!doctype html><html ${html}><head><meta charset="utf-8"><title>Ana Torres Coaching</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">
<script src="${app}/widget/loader.js" data-creator="01J0000000000000000000000A" ${attributes} async></script></head>
<body><main><h1>Coaching that fits your week</h1>
<p>I work with teachers, authors and small teams who want to get their ideas out of the drawer. Sessions are held by
video call, in English and in Spanish.</p><p><a href="#book">Book a first talk</a></p></main></body></html>`;
}
