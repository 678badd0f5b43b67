"""Names that writer, schemas and reader of a claim must agree on."""

from __future__ import annotations

from typing import Final

CLAIM_VERSION: Final = "1"

ACTIONS: Final = "c2pa.actions.v2"
SOFT_BINDING: Final = "c2pa.soft-binding"
TRAINING_MINING: Final = "cawg.training-mining"
AI_DISCLOSURE: Final = "c2pa.ai-disclosure"
ASSET: Final = "org.selvage.asset"
INFLUENCES: Final = "org.selvage.influences"
DRAWN: Final = "org.selvage.drawn"
METADATA: Final = "cawg.metadata"
LICENCE: Final = "org.selvage.odrl"
REGISTRATION: Final = "org.selvage.registration"
CONFIRMATION: Final = "org.selvage.confirmation"
RECOVERY: Final = "org.selvage.recovery"  # in the claim of a recovered copy alone

OPENED: Final = "c2pa.opened"
PARENT: Final = "parent"  # what the actions call the parent ingredient
EDITED: Final = "c2pa.edited"
HUMAN_EDITS: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"
HUMAN_ACTIONS: Final = {
    "selected": "org.selvage.selected",
    "rejected": "org.selvage.rejected",
    "arranged": "org.selvage.arranged",
    "retouched": EDITED,
}
WATERMARKED: Final = "c2pa.watermarked.bound"
DIGITAL_CREATION: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
ISCC: Final = "io.iscc.v0"
TRAINED_MEDIA: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

PROMPT_FILE: Final = "prompt.txt"
RECIPE_FILE: Final = "recipe.json"
