import { useEffect, useId, useRef } from "react";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "./button";

interface ConfirmDialogProps {
  title: string;
  text: string;
  confirm: string;
  busy: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

/** A modal question before something is destroyed. The browser's own dialog keeps the focus inside. */
export function ConfirmDialog({ title, text, confirm, busy, onConfirm, onCancel }: ConfirmDialogProps) {
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={onCancel}
    >
      <div className="stack">
        <h2 id={`${id}-title`}>{title}</h2>
        <p id={`${id}-text`}>{text}</p>
        <div className="row">
          <Button kind="danger" busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
          <Button kind="quiet" onClick={() => dialog.current?.close()}>
            {t("app.cancel")}
          </Button>
        </div>
      </div>
    </dialog>
  );
}
