"""Whatever anybody says is shown as text; only harmless addresses become links. No inline code is allowed."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.channels.widget.conftest import Open, Shopper
from tests.channels.widget.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ATTACKS = [
    "<script>window.pwned = 1</script>",
    '<img src=x onerror="window.pwned = 1">',
    '"><svg onload=window.pwned=1>',
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "**<b onmouseover=window.pwned=1>太字</b>**",
    "- <a href=javascript:window.pwned=1>押す</a>",
    "{{constructor.constructor('window.pwned=1')()}}",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
]
ADDRESSES = {
    "[可](https://shop.example/a?b=1&c=%22)": "https://shop.example/a?b=1&c=%22",
    "[可](http://shop.example/)": "http://shop.example/",
    "[可](mailto:info@shop.example)": "mailto:info@shop.example",
    "[可](tel:0120000123)": "tel:0120000123",
    "https://shop.example/guide。つづき": "https://shop.example/guide",
    "[不可](javascript:window.pwned=1)": None,
    "[不可](JaVaScRiPt:window.pwned=1)": None,
    "[不可](data:text/html,<script>window.pwned=1</script>)": None,
    "[不可](vbscript:x)": None,
    "[不可](//evil.example/)": None,
    "[不可](/relative)": None,
    "[不可](file:///etc/passwd)": None,
    "[不可](blob:https://evil.example/1)": None,
}


@pytest.mark.parametrize("speaker", ["bot", "agent", "system", "customer"])
async def test_markup_is_shown_as_text(shopper: Shopper, door: StandIn, speaker: str) -> None:
    await shopper.say("一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    for attack in ATTACKS:
        choices = () if speaker == "customer" else (attack,)
        await door.only.say(speaker, attack, choices=choices, name=attack)
    await expect(shopper.items).to_have_count(2 + len(ATTACKS))
    await shopper.until(
        "!root.querySelector('script, iframe, img, [onload], [onerror], [onmouseover], a[href^=javascript]')"
    )
    shown = await shopper.words()
    for attack in ATTACKS:
        assert any(attack.replace("**", "").removeprefix("- ") in text.replace("**", "") for text in shown), attack
    assert await shopper.page.evaluate("window.pwned") is None


async def test_the_customers_own_markup_is_shown_as_text(shopper: Shopper) -> None:
    for attack in ATTACKS:
        await shopper.say(attack)
    await expect(shopper.items).to_have_count(2 * len(ATTACKS))
    assert await shopper.page.evaluate("window.pwned") is None


async def test_only_harmless_addresses_become_links(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    for text in ADDRESSES:
        await door.only.say("bot", f"ここです {text}")
    await expect(shopper.items).to_have_count(2 + len(ADDRESSES))
    for bubble, (text, href) in zip(await shopper.bubble("ここです").all(), ADDRESSES.items(), strict=True):
        link = bubble.locator("a")
        await expect(link, text).to_have_count(1 if href else 0)
        if href:
            assert await link.get_attribute("href") == href
            assert not href.startswith("http") or await link.get_attribute("rel") == "noopener noreferrer"


async def test_menu_titles_and_names_are_text(visit: Open, door: StandIn) -> None:
    evil = ATTACKS[1]
    door.start = {
        "shop_name": evil,
        "notice": evil,
        "greeting": evil,
        "privacy_url": "javascript:window.pwned=1",
        "phone": evil,
        "staff": {"available": True, "text": evil},
        "frequent": [{"article_id": "a", "title": evil}],
        "categories": [{"name": evil, "articles": [{"article_id": "a", "title": evil}]}],
    }
    shopper = await visit()
    await shopper.launcher.click()
    await expect(shopper.page.locator(".question").first).to_be_visible()
    await shopper.page.locator(".chip").click()
    await shopper.until("!root.querySelector('img, a[href^=javascript]')")
    assert await shopper.page.evaluate("window.pwned") is None


async def test_the_safe_part_of_markdown(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    await door.only.say("bot", "**太字**の段落\n二行目\n\n- 一つ\n- [二つ](https://a.example/)\n\n3. 三番\n4. 四番")
    bubble = shopper.bubble("太字")
    await expect(bubble.locator("strong")).to_have_text("太字")
    await expect(bubble.locator("p br")).to_have_count(1)
    await expect(bubble.locator("ul > li")).to_have_count(2)
    await expect(bubble.locator("ol[start='3'] > li")).to_have_text(["三番", "四番"])


async def test_a_name_from_the_page_is_no_type_of_frame(shopper: Shopper, door: StandIn) -> None:
    await shopper.say("一")
    await expect(shopper.bubble("「一」ですね")).to_be_visible()
    for strange in ({"type": "constructor"}, {"type": "toString"}, {"type": "message"}, {"type": "later", "x": 1}, {}):
        await door.only.pass_on(strange)
    await shopper.say("二")
    await expect(shopper.bubble("「二」ですね")).to_be_visible()
    await expect(shopper.items).to_have_count(4)
