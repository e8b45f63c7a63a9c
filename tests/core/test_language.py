import pytest

from server.core.language import find_language, tell_language

TEXTS = {
    "en": "The lamp of the point was switched off on Tuesday, and ships have to steer by satellite from now on, "
    "which is what the board had asked for in the spring of this year.",
    "de": "Der Leuchtturm wurde am Dienstag abgeschaltet, und die Schiffe müssen sich von nun an nach den Satelliten "
    "richten, wie es die Behörde im Frühjahr dieses Jahres verlangt hatte.",
    "fr": "Le phare a été éteint mardi et les navires devront désormais se fier aux satellites, comme le conseil du "
    "port l'avait demandé au printemps de cette année pour des raisons de coût.",
    "es": "El faro se apagó el martes y los barcos tendrán que guiarse por los satélites a partir de ahora, como lo "
    "había pedido la junta del puerto en la primavera de este año.",
    "it": "Il faro è stato spento martedì e le navi dovranno affidarsi ai satelliti, come aveva chiesto il consiglio "
    "del porto nella primavera di quest'anno per non spendere più di quanto serve.",
    "nl": "De vuurtoren is dinsdag uitgezet en de schepen moeten van nu af aan op satellieten varen, zoals het bestuur "
    "van de haven in het voorjaar van dit jaar had gevraagd.",
    "pt": "O farol foi desligado na terça-feira e os navios terão de se guiar pelos satélites a partir de agora, como "
    "a administração do porto havia pedido na primavera deste ano para não gastar mais.",
    "ja": "灯台は火曜日に消灯され、船は今後衛星を頼りに航行することになる。港湾局が今年の春に求めていたことだ。"
    "年間八万ポンドの節約になると見込まれている。灯台守は一人もいなくなった。",
    "zh": "灯塔于周二熄灭，船只今后只能依靠卫星导航，这是港务局今年春天提出的要求。预计每年可节省八万英镑。"
    "这座灯塔曾是沿海最明亮的一座，一百四十一年来从未熄灭，如今守塔人也离开了。",
    "ko": "등대는 화요일에 꺼졌고 배들은 이제부터 위성에 의지해 항해해야 한다. 항만 당국이 올봄에 요청한 일이다. "
    "한 해 팔만 파운드를 아낄 것으로 보인다. 등대지기는 이제 한 사람도 없다.",
    "ru": "Маяк погасили во вторник, и теперь кораблям придётся идти по спутникам, как и просило весной управление "
    "порта. Это сбережёт восемьдесят тысяч фунтов в год.",
}  # fmt: skip


@pytest.mark.parametrize("language", TEXTS)
def test_the_words_tell_the_language(language: str) -> None:
    """Two sentences are enough."""
    assert tell_language(TEXTS[language]) == language


def test_plain_words_count_more_than_a_template() -> None:
    """Half of the world's pages say lang="en" whatever is written below it."""
    assert find_language(TEXTS["de"], ["en-US"]) == "de"
    assert find_language(TEXTS["de"], [None, ""]) == "de"


def test_a_page_knows_better_than_few_words_or_shared_letters() -> None:
    """Ukrainian and Bulgarian are written like Russian, and three words tell nothing."""
    assert find_language("Lamp off", ["sv-SE"]) == "sv"
    assert find_language(TEXTS["ru"], ["bg"]) == "bg"
    assert find_language("1885 | 2026 | 22", [None]) is None
    assert find_language("", ["x-default"]) is None
