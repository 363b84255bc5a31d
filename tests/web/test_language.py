"""Chinese, unless somebody chose another language."""


def test_a_browser_set_up_in_english_is_answered_in_chinese(db, client):
    answer = client.get("/accounts/login/", headers={"accept-language": "en-US,en"})

    assert answer["Content-Language"] == "zh-hans"
    assert "登录" in answer.content.decode()


def test_who_chose_english_is_answered_in_english(db, client):
    client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})

    answer = client.get("/accounts/login/")

    assert answer["Content-Language"] == "en"
    assert "Sign in" in answer.content.decode()


def test_a_program_is_answered_in_the_language_it_asks_for(township, client):
    path = "/s/130705001/api/v1/files/"

    english = client.get(path, headers={"accept-language": "en"}).json()["detail"]
    chinese = client.get(path).json()["detail"]

    assert english != chinese
