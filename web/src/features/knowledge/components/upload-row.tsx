import { useLanguage } from "@/shared/i18n/language";
import { problemText } from "@/shared/i18n/problem-text";
import { Button } from "@/shared/ui/button";
import type { Upload } from "../api/use-uploads";
import { refusal } from "../api/upload-document";
import { fileSize } from "./file-size";

interface UploadRowProps {
  upload: Upload;
  onRetry: () => void;
  onDismiss: () => void;
}

export function UploadRow({ upload, onRetry, onDismiss }: UploadRowProps) {
  const { t, language } = useLanguage();
  const { file, percent, problem, error } = upload;
  return (
    <li className="document" data-upload={file.name}>
      <div className="document-head">
        <h3 className="document-name">{file.name}</h3>
        <span className="badge" data-tone={problem === null ? "busy" : "bad"}>
          {problem === null ? <span className="spinner" aria-hidden="true" /> : null}
          {problem === null ? t("knowledge.uploading") : t("knowledge.state.refused")}
        </span>
      </div>
      <p className="soft small">{fileSize(file.size, language)}</p>
      {problem === null ? (
        <div className="document-progress">
          <progress
            className="progress"
            max={100}
            value={percent}
            aria-label={t("knowledge.progressOf", { name: file.name })}
          />
          <span className="small soft">{Math.round(percent)} %</span>
        </div>
      ) : (
        <>
          <p className="document-cause" role="alert">
            {error === null ? t(problem) : problemText(error, t)}
          </p>
          <div className="row">
            {refusal(file) === null ? (
              <Button kind="quiet" size="small" onClick={onRetry}>
                {t("knowledge.retry")}
                <span className="visually-hidden">: {file.name}</span>
              </Button>
            ) : null}
            <Button kind="quiet" size="small" onClick={onDismiss}>
              {t("knowledge.dismiss")}
              <span className="visually-hidden">: {file.name}</span>
            </Button>
          </div>
        </>
      )}
    </li>
  );
}
