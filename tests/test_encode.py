"""Texts → vectors with any sentence-transformers model: here a tiny one, made on the spot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.encode import Encoder, EncoderFingerprint, SentenceTransformerEncoder, readable
from embeddings.errors import ModelError
from tests.fakes import FakeEncoder
from tests.samples import ROOT

WORDS = [f"w{number}" for number in range(50)]
LIMIT = 16  # tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("许昌 abc 😀 \u200b\u3000", "许昌 abc 😀 \u200b\u3000"),
        ("许昌\0购置", "许昌 购置"),
        ("a\tb\r\nc\x1b[0m\x7f", "a b  c [0m "),
        ("许昌\ud800购置\udfff", "许昌 购置 "),
    ],
)
def test_readable(text, expected):
    """What a model cannot read is a space each, so that nothing is glued and nothing is cut off."""
    assert readable(text) == expected
    readable(text).encode()


def test_fingerprint_has_fields():
    """The fields that a manifest stores and compares are all that the fingerprint holds."""
    assert EncoderFingerprint("m", "r", "q: ", "p: ", 8).as_fields() == {
        "model": "m",
        "revision": "r",
        "question_prompt": "q: ",
        "passage_prompt": "p: ",
        "dimension": 8,
    }


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model of 32 dimensions, random but always the same, with two prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    bert = tmp_path_factory.mktemp("bert")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "q", "d", ":", *WORDS]
    special = dict(
        zip(("pad_token", "unk_token", "cls_token", "sep_token"), vocabulary, strict=False)
    )
    numbers = {word: number for number, word in enumerate(vocabulary)}
    words = Tokenizer(models.WordLevel(numbers, vocabulary[1]))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=words,
        model_max_length=LIMIT,
        **special,
    ).save_pretrained(bert)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=LIMIT,
        )
    ).save_pretrained(bert)
    folder = tmp_path_factory.mktemp("model") / "tiny"
    transformer = Transformer(str(bert), max_seq_length=LIMIT)
    SentenceTransformer(
        modules=[transformer, Pooling(32, "mean"), Normalize()],
        prompts={"query": "q: ", "document": "d: "},
    ).save(str(folder))
    return folder


@pytest.fixture(scope="module")
def encoder(model_folder: Path) -> SentenceTransformerEncoder:
    """Return the tiny model as an encoder."""
    return SentenceTransformerEncoder.from_name(str(model_folder))


def test_fingerprint_says_what_the_model_is(encoder, model_folder):
    """The fingerprint holds the folder, both prompts and the dimension."""
    fingerprint = encoder.fingerprint
    assert (fingerprint.model, fingerprint.dimension) == (str(model_folder), 32)
    assert (fingerprint.question_prompt, fingerprint.passage_prompt) == ("q: ", "d: ")
    assert len(fingerprint.revision) == 16


def test_tokens_are_counted_with_prompt_and_special_tokens(encoder):
    """A text's tokens are its own, its prompt's and two more; the limit is the model's."""
    assert encoder.token_limit == LIMIT
    assert encoder.count_tokens("") == 4
    assert encoder.count_tokens("w1 w2 w3") == 7
    assert encoder.count_tokens("w1 " * 100) == 104  # beyond the limit: counted, not cut


def test_prompts_are_used(encoder, model_folder, tmp_path):
    """A question is encoded behind the question's prompt, a passage behind the passage's."""
    bare_folder = tmp_path / "bare"
    shutil.copytree(model_folder, bare_folder)
    config_file = bare_folder / "config_sentence_transformers.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    config_file.write_text(json.dumps({**config, "prompts": {}}), encoding="utf-8")
    bare = SentenceTransformerEncoder.from_name(str(bare_folder))
    assert (bare.fingerprint.question_prompt, bare.fingerprint.passage_prompt) == ("", "")
    as_question, as_passage = bare.encode_passages(["q: w1 w2", "d: w1 w2"])
    np.testing.assert_allclose(encoder.encode_question("w1 w2"), as_question, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(["w1 w2"])[0], as_passage, atol=1e-5)
    assert as_question @ as_passage < 0.9999


@pytest.mark.parametrize("count", [0, 1, 5, 600])
def test_every_text_gets_its_own_vector_in_order(encoder, count):
    """Vectors come in the order of the texts, whatever their lengths; progress adds up."""
    texts = [" ".join(WORDS[at % 50] for at in range(n, n + 1 + n % 7)) for n in range(count)]
    done: list[int] = []
    vectors = encoder.encode_passages(texts, done.append)
    assert (vectors.shape, vectors.dtype) == ((count, 32), np.float32)
    assert sum(done) == count
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    questions = encoder.encode_questions(texts)
    assert questions.shape == (count, 32)
    for number in range(0, count, 97):
        np.testing.assert_allclose(
            questions[number], encoder.encode_question(texts[number]), atol=1e-5
        )
        np.testing.assert_allclose(
            vectors[number], encoder.encode_passages([texts[number]])[0], atol=1e-5
        )


@pytest.mark.parametrize("text", ["", " ", "w1\0w2", "w1\ud800w2", "w1 " * 500, "不在词表里"])
def test_any_text_is_encoded(encoder, text):
    """Empty, unreadable, over-long and unknown texts get a unit vector, and no warning is shown."""
    vector = encoder.encode_question(text)
    assert (vector.shape, vector.dtype) == ((32,), np.float32)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(encoder.encode_passages([text])[0]) == pytest.approx(1, abs=1e-5)
    encoder.count_tokens(text)


def test_unreadable_characters_part_words(encoder):
    """A NUL or a lone surrogate is read as a space: nothing after it is lost."""
    for text in ("w1\0w2", "w1\ud800w2"):
        np.testing.assert_allclose(
            encoder.encode_question(text), encoder.encode_question("w1 w2"), atol=1e-6
        )


def test_revision_is_the_folder_s_content(encoder, model_folder, tmp_path):
    """The same files in another folder are the same revision; a changed or new file is another."""
    copy = tmp_path / "copy"
    shutil.copytree(model_folder, copy)

    def revision() -> str:
        return SentenceTransformerEncoder.from_name(str(copy)).fingerprint.revision

    assert revision() == encoder.fingerprint.revision
    (copy / "notes.txt").write_text("a", encoding="utf-8")
    added = revision()
    (copy / "notes.txt").write_text("b", encoding="utf-8")
    changed = revision()
    assert len({encoder.fingerprint.revision, added, changed}) == 3


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _clear(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _garble(folder: Path) -> None:
    (folder / "modules.json").write_text("[", encoding="utf-8")


@pytest.mark.parametrize("damage", [_cut, _clear, _garble])
def test_damaged_model_is_an_error_with_a_hint(model_folder, tmp_path, damage):
    """A folder that does not hold a whole model is refused by name."""
    copy = tmp_path / "copy"
    shutil.copytree(model_folder, copy)
    damage(copy)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        SentenceTransformerEncoder.from_name(str(copy))
    assert str(copy) in str(caught.value)
    assert "--model" in caught.value.hint


UNKNOWN = (
    "no-such-owner/no-such-model",
    "no-such-model",
    "a b/c?d",
    "/no/such/folder",
    "../x/y/z",
    "",
)

_LOAD_UNKNOWN = """
import json, socket, sys
touched, errors = [], []
def refuse(*address):
    touched.append(repr(address))
    raise OSError("no network in tests")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from embeddings.encode import SentenceTransformerEncoder
from embeddings.errors import ModelError
for name in sys.argv[1:]:
    try:
        SentenceTransformerEncoder.from_name(name)
    except ModelError as error:
        errors.append((str(error), error.hint))
    except Exception as error:
        errors.append((repr(error), ""))
print(json.dumps({"touched": touched, "errors": errors}))
"""


@pytest.mark.parametrize("offline", [None, "0"], ids=["as it comes", "HF_HUB_OFFLINE=0"])
def test_unknown_model_is_an_error_without_a_network(offline):
    """A model that is not on this machine is an error with a hint, and no network is touched."""
    environment = {name: value for name, value in os.environ.items() if "OFFLINE" not in name}
    done = subprocess.run(
        [sys.executable, "-c", _LOAD_UNKNOWN, *UNKNOWN],
        cwd=ROOT,
        env=environment | ({"HF_HUB_OFFLINE": offline} if offline else {}),
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    result = json.loads(done.stdout)
    assert result["touched"] == []
    assert done.stderr == ""
    for name, (message, hint) in zip(UNKNOWN, result["errors"], strict=True):
        assert message.startswith(f"the model {name} cannot be loaded: ")
        assert "\n" not in message
        assert "hf download" in hint


def test_implementations_are_encoders(encoder):
    """Both the real encoder and the fake one have what the protocol asks for."""
    implementations: list[Encoder] = [encoder, FakeEncoder()]
    for one in implementations:
        assert one.count_tokens("w1") <= one.token_limit
        assert one.encode_question("w1").shape == (one.fingerprint.dimension,)
        assert one.encode_passages([]).shape == (0, one.fingerprint.dimension)
