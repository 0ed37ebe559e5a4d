import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tokens } from "@/client/tokens";
import { App } from "./app";
import { Backend } from "@/test-backend";

const user = userEvent.setup();
const DOCUMENTS = "GET /creators/knowledge-base/documents";
const prices = {
  document_id: "d1",
  name: "prices.pdf",
  kind: "pdf",
  size: 1000,
  state: "embedding",
  progress_pct: 50,
  retryable: false,
  code: null,
  message: "",
  pages: 2,
  passages: 0,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
let backend: Backend;

beforeEach(() => {
  backend = new Backend();
  tokens.clear();
  localStorage.setItem("autosocial.language", "es");
  // The test's browser has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function visit(path: string): void {
  window.history.replaceState(null, "", path);
  render(<App />);
}

function signedIn(): void {
  backend.answer("POST /auth/refresh-token", 200, { access_token: "a" });
  backend.answer(DOCUMENTS, 200, { items: [prices], next_cursor: null });
}

it("says in the reader's language why a login was refused", async () => {
  backend.refuse("POST /auth/refresh-token", 401, "session_ended");
  backend.refuse("POST /auth/login", 401, "wrong_credentials");
  visit("/login");
  await user.type(await screen.findByLabelText("Correo electrónico"), "ana@example.com");
  await user.type(screen.getByLabelText("Contraseña"), "not the right one");
  expect(screen.queryByText(/Tu sesión ha terminado/)).toBeNull();
  await user.click(screen.getByRole("button", { name: "Iniciar sesión" }));
  expect((await screen.findByRole("alert")).textContent).toBe("El correo o la contraseña no son correctos.");
});

it("shows the API's own words for a code it does not know", async () => {
  backend.refuse("POST /auth/refresh-token", 401, "session_ended");
  backend.refuse("POST /auth/login", 403, "brand_new_code");
  visit("/login");
  await user.type(await screen.findByLabelText("Correo electrónico"), "ana@example.com");
  await user.type(screen.getByLabelText("Contraseña"), "something long");
  await user.click(screen.getByRole("button", { name: "Iniciar sesión" }));
  expect((await screen.findByRole("alert")).textContent).toBe("English words for brand_new_code");
});

it("tells of a session that the server ended, but not after a log-out", async () => {
  signedIn();
  visit("/knowledge");
  await screen.findByText("prices.pdf");
  backend.refuse("POST /auth/refresh-token", 401, "session_ended");
  await act(() => tokens.renew());
  expect(await screen.findByText("Tu sesión ha terminado. Inicia sesión de nuevo.")).toBeVisible();
  act(() => tokens.set("b"));
  backend.answer("POST /auth/logout", 200, {});
  await user.click(await screen.findByRole("button", { name: "Cerrar sesión" }));
  await screen.findByLabelText("Contraseña");
  expect(screen.queryByText(/Tu sesión ha terminado/)).toBeNull();
});

async function hearOfPrices(state: string, { then }: { then: unknown[] } = { then: [prices] }) {
  signedIn();
  visit("/knowledge");
  await screen.findByText("prices.pdf");
  await waitFor(() => expect(backend.hasSocket).toBe(true));
  backend.answer(DOCUMENTS, 200, { items: then, next_cursor: null });
  act(() =>
    backend.tell({
      type: "event",
      event: "DOCUMENT_PROCESSING",
      subject_id: "d1",
      state,
      progress_pct: 95,
      message: "Trying it out",
      timestamp: "2026-01-01T00:00:01Z",
      data: { code: "", messages: { en: "Trying it out", es: "Se está probando" } },
    }),
  );
}

it("takes a document off the list when nothing is left of it", async () => {
  await hearOfPrices("deleted", { then: [] });
  expect(screen.queryByText("prices.pdf")).toBeNull();
  expect(screen.getByRole("heading", { level: 1 })).toBeVisible();
});

it("stays as it is when a state is news to it", async () => {
  await hearOfPrices("archiving");
  expect(await screen.findByText("50 %")).toBeVisible();
});

it("shows what a live event says of a document, in the reader's language", async () => {
  await hearOfPrices("verifying");
  const row = screen.getByText("prices.pdf").closest("li");
  expect(row).not.toBeNull();
  expect(await within(row as HTMLElement).findByText("Se está probando")).toBeVisible();
  expect(within(row as HTMLElement).getByText("95 %")).toBeVisible();
});

it("says when a document could not be deleted, and keeps it", async () => {
  signedIn();
  backend.refuse("DELETE /creators/knowledge-base/documents/d1", 503, "temporarily_unavailable");
  visit("/knowledge");
  await user.click(await screen.findByRole("button", { name: /^Eliminar ?: ?prices.pdf$/ }));
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Eliminar" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Esto no funciona por el momento");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.getByText("prices.pdf")).toBeVisible();
});
