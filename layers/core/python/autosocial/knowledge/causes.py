"""What a person reads about a document's state or cause, in English and Spanish."""

from autosocial.knowledge.model import Cause, Document, DocumentState

LANGUAGES = ("en", "es")

_STATES = {
    DocumentState.AWAITING_UPLOAD: ("Waiting for the upload.", "Esperando la subida."),
    DocumentState.INSPECTING: ("Checking the file.", "Comprobando el archivo."),
    DocumentState.EXTRACTING: ("Reading the text.", "Leyendo el texto."),
    DocumentState.EMBEDDING: ("Learning the content.", "Aprendiendo el contenido."),
    DocumentState.INDEXING: ("Adding it to the knowledge base.", "Añadiéndolo a la base de conocimiento."),
    DocumentState.VERIFYING: ("Making sure it can be found.", "Comprobando que se puede encontrar."),
    DocumentState.READY: ("Ready: your coach answers from it.", "Listo: tu coach responde con él."),
    DocumentState.DELETING: ("Being deleted.", "Se está eliminando."),
}
_CAUSES = {
    Cause.DOCUMENT_ENCRYPTED: (
        "This file is protected by a password. Save a copy without one and upload that.",
        "Este archivo está protegido con contraseña. Guarda una copia sin contraseña y súbela.",
    ),
    Cause.DOCUMENT_CORRUPT: (
        "This file is damaged and cannot be opened. Export it again and upload the new file.",
        "Este archivo está dañado y no se puede abrir. Expórtalo de nuevo y sube el archivo nuevo.",
    ),
    Cause.DOCUMENT_UNSAFE: (
        "This file holds something we do not open for safety, such as macros or huge packed content.",
        "Este archivo contiene algo que no abrimos por seguridad, como macros o datos muy comprimidos.",
    ),
    Cause.DOCUMENT_TOO_LARGE: (
        "This document is too large: the limit is 25 MB and 2,000 pages. Split it and upload the parts.",
        "Este documento es demasiado grande: el límite es 25 MB y 2.000 páginas. Divídelo y sube las partes.",
    ),
    Cause.DOCUMENT_EMPTY: (
        "This file is empty.",
        "Este archivo está vacío.",
    ),
    Cause.NO_TEXT_FOUND: (
        "No text was found in this file. Scanned pages need text recognition before they are uploaded.",
        "No hay texto en este archivo. Las páginas escaneadas necesitan antes reconocimiento de texto.",
    ),
    Cause.TYPE_NOT_ALLOWED: (
        "This type of file is not allowed. Use PDF, Word, PowerPoint, Excel, HTML, Markdown, text or CSV.",
        "Este tipo de archivo no se admite. Usa PDF, Word, PowerPoint, Excel, HTML, Markdown, texto o CSV.",
    ),
    Cause.TYPE_MISMATCH: (
        "The content of this file is not what its name says. Check the file and upload it again.",
        "El contenido de este archivo no es lo que dice su nombre. Revísalo y súbelo de nuevo.",
    ),
    Cause.KNOWLEDGE_BASE_FULL: (
        "The knowledge base is full. Delete documents that you no longer need, then try again.",
        "La base de conocimiento está llena. Elimina documentos que ya no necesites y prueba otra vez.",
    ),
    Cause.PROCESSING_FAILED: (
        "Something went wrong on our side. Try again.",
        "Algo ha fallado por nuestra parte. Inténtalo de nuevo.",
    ),
}


def message_of(document: Document, language: str) -> str:
    """Return where the document stands, in plain words; English for languages we do not speak."""
    both = _CAUSES[document.cause] if document.cause else _STATES[document.state]
    return both[1] if language == "es" else both[0]


def preferred_language(accept_language: str) -> str:
    """Return the first of our languages that an Accept-Language header names, by its weights."""
    offers: list[tuple[float, str]] = []
    for item in accept_language.split(","):
        tag, _, weight = item.strip().partition(";q=")
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES:
            offers.append((_weight(weight), language))
    best = max(offers, key=lambda offer: offer[0], default=(1.0, "en"))
    return best[1] if best[0] > 0 else "en"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
