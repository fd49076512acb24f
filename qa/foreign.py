"""English questions over Chinese articles: what all of them have in common is taken off.

In: a question and its vector. Out: the vector that is searched. To a multilingual model an English
question is first of all English: its cosine with a Chinese passage tells more of the passage (how
many Latin letters are in it) than of the question. The mean of many unrelated English questions is
just that part; without it, of a hundred questions over 848 paragraphs 74 find theirs first, with it
54. Chinese questions over Chinese articles lose by it and are left as they are.
"""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np

from embeddings.encode import Encoder, Vectors
from qa.question import Question

STORED = "english.json"
"""The mean for the default model, made by scripts/fit_weights.py: 64 questions take 0.6 s."""

QUESTIONS = """\
Who founded the company?
When did the war begin?
Where is the headquarters of the organisation?
How many people attended the meeting?
What is the population of the city?
Why was the project cancelled?
Which team won the championship in 2015?
How long is the river?
Who wrote the novel?
What year was the university established?
How much did the building cost?
What is the capital of the province?
Who directed the film?
When was the bridge opened to traffic?
What disease is treated with this drug?
Which country exported the most oil last year?
Who is the mayor of the town?
How old was the actor when he died?
What language do the villagers speak?
Where was the singer born?
How many students are enrolled at the school?
What did the minister say about the reform?
Which law was passed by the parliament?
What caused the fire in the factory?
When will the new airport be finished?
How many medals did the athlete win?
What is the area of the national park?
Who discovered the element?
What is the main ingredient of the dish?
How far is the station from the city centre?
Which party won the election?
What award did the scientist receive?
How many cases were reported in the region?
What does the species feed on?
Who led the investigation?
What is the height of the tower?
When did the airline stop flying to the island?
Which instrument does the musician play?
What was the result of the final match?
How many soldiers were killed in the battle?
What rules apply to foreign visitors?
Who replaced the chairman after he resigned?
What percentage of the households have internet access?
Where do the birds spend the winter?
What religion do most inhabitants follow?
How often is the festival held?
Which road connects the two villages?
What did the court decide?
When was the treaty signed?
Who composed the music for the series?
How many floors does the hotel have?
What measures were taken against the flood?
Which emperor ordered the construction of the temple?
What is the company's annual revenue?
Who painted the portrait?
How are the prizes distributed?
What subject did she study abroad?
When did the programme first go on air?
What is the nickname of the club?
How many kilometres of railway were built?
Which bank granted the loan?
What kind of weapon was used?
Who takes part in the training course?
What is the aim of the campaign?
""".splitlines()
"""Of no subject in particular; half as many give 72."""


def searched_vector(question: Question, vector: Vectors, encoder: Encoder) -> Vectors:
    """Return the vector that is searched for a question; of unit length unless it is foreign."""
    return vector - mean_question(encoder) if question.is_foreign else vector


def mean_question(encoder: Encoder) -> Vectors:
    """Return the mean vector of the questions, as an encoder encodes them."""
    model = encoder.fingerprint.model
    if model not in _MEANS:
        stored, mean = _stored()
        _MEANS[model] = mean if stored == model else computed_mean(encoder)
    return _MEANS[model]


def computed_mean(encoder: Encoder) -> Vectors:
    """Encode the questions and return their mean; 0.6 s with the default model."""
    mean: Vectors = np.mean([encoder.encode_question(text) for text in QUESTIONS], axis=0)
    return mean


_MEANS: dict[str, Vectors] = {}  # by model; a mean takes as long as 64 questions


def _stored() -> tuple[str, Vectors]:
    """Return the model whose mean comes with the program, and the mean."""
    content = json.loads(files("qa").joinpath(STORED).read_text(encoding="utf-8"))
    return content["model"], np.array(content["mean"], np.float32)
