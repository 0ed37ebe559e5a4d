"""Bodies that several APIs share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Citation(BaseModel):
    """A checked reference: ``quote`` stands literally in ``passage`` at ``quote_start``.

    ``index`` is the number that stands as ``[index]`` in the answer's text. Filled from
    ``contracts.outbound.Citation``, field by field.
    """

    model_config = ConfigDict(from_attributes=True)

    index: Annotated[int, Field(examples=[1])]
    document_id: Annotated[str, Field(examples=["01J9ZQ6ZB2C5E8G1J4N7Q0T3VX"])]
    document_name: Annotated[str, Field(examples=["Price list.pdf"])]
    page: Annotated[int | None, Field(examples=[2])]
    heading: Annotated[str, Field(examples=["Sessions"])]
    language: Annotated[str, Field(examples=["en"])]
    passage_id: Annotated[str, Field(examples=["01J9ZQ6ZB2C5E8G1J4N7Q0T3VX-0004"])]
    passage: Annotated[str, Field(examples=["A single session costs 50 euros. Bring your own mat."])]
    quote: Annotated[str, Field(examples=["A single session costs 50 euros."])]
    quote_start: Annotated[int, Field(examples=[0])]
