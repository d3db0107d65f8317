"""Kernel softmax regression: it learns, its probabilities are shares, and the bot's last words count."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.encoders import Vectors
from bot.language.softmax import KeptVectors, Said, SoftmaxClassifier, train

TALK = {
    "alarm_set": ["七時に起こして", "アラームを八時にかけて", "目覚ましを六時にセット", "明日九時に起こして"],
    "weather": ["明日の天気は", "今日は雨が降る", "週末の天気を教えて", "東京の天気予報"],
    "play_music": ["音楽をかけて", "ジャズを流して", "好きな曲をかけて", "元気な曲を流して"],
}


class Encoder:
    """Vectors of the characters alone, and how often each text was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> Vectors:
        self.asked += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in text:
                row[ord(character) % 64] += 1
        return rows


def trained(*names: str) -> SoftmaxClassifier:
    rows = [(Said(text), name) for name, texts in TALK.items() for text in texts]
    return train(rows, KeptVectors({name: Encoder() for name in names}))


def best(classifier: SoftmaxClassifier, *said: Said) -> list[str]:
    return [classifier.classes[i] for i in classifier.probabilities(said).argmax(axis=1)]


def test_what_was_never_seen_finds_its_class() -> None:
    said = [Said("十時にアラームをかけて"), Said("大阪の天気は"), Said("曲を流して")]
    assert best(trained("use"), *said) == ["alarm_set", "weather", "play_music"]


def test_probabilities_are_shares_and_know_when_nothing_is_known() -> None:
    found = trained("use", "e5").probabilities([Said("明日の天気は"), Said("")])
    assert found.shape == (2, 3)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)
    assert found[0].max() > found[1].max()


def test_the_same_rows_give_the_same_classifier() -> None:
    assert np.array_equal(trained("use").weights, trained("use").weights)


def test_the_views_are_told() -> None:
    assert trained("use", "e5").views == ("use", "e5", "characters")


def test_a_class_is_known_by_its_name_too() -> None:
    assert best(trained("use"), Said("weather"), Said("play music")) == ["weather", "play_music"]


def test_an_encoder_reads_a_text_once() -> None:
    encoder = Encoder()
    train([(Said(text), name) for name, texts in TALK.items() for text in texts], KeptVectors({"use": encoder}))
    assert len(encoder.asked) == len(set(encoder.asked))


@pytest.mark.parametrize("shots", [1, 2])
def test_one_row_a_class_is_enough_to_train(shots: int) -> None:
    rows = [(Said(text), name) for name, texts in TALK.items() for text in texts[:shots]]
    classifier = train(rows, KeptVectors({"use": Encoder()}))
    assert best(classifier, *(said for said, _ in rows)) == [name for _, name in rows]


def test_the_bots_last_words_decide_what_the_same_words_mean() -> None:
    asked = {"search": ["駅はどちらですか", "出発地をお選びください"], "book": ["予約しますか", "お名前とご予約の日は"]}
    rows = [
        (Said(f"{place}でお願いします", before), name)
        for place in ["京都", "大阪", "東京", "札幌"]
        for name, words in asked.items()
        for before in words
    ]
    classifier = train(rows, KeptVectors({"use": Encoder()}))
    assert classifier.views == ("use", "characters", "before")
    said = Said("福岡でお願いします", "出発地をお選びください"), Said("福岡でお願いします", "ご予約しますか")
    assert best(classifier, *said) == ["search", "book"]
