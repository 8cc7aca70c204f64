"""The people who buy, everybody invented: each with the charset that PayPal writes about them in."""
# ruff: noqa: RUF001 — names are spelled in the letters of their owners

from dataclasses import dataclass

# What the shop sells and writes into it, by its own names.
_WARES = ("A book", "A mug", "dedicated “with love”")


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who buys. `charset` is what PayPal writes the messages about them in."""

    payer_id: str
    email: str
    first_name: str
    last_name: str
    country_code: str
    country: str
    street: str  # empty: the address was not given to the shop
    zip_code: str
    city: str
    state: str
    status: str  # PayPal's word: verified or unverified
    charset: str
    wares: tuple[str, ...] = ()  # what they call `_WARES`; empty: as the shop does

    def named(self) -> dict[str, str]:
        """Who it is, in the fields of every kind of message."""
        return {
            "payer_id": self.payer_id,
            "payer_email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "residence_country": self.country_code,
            "charset": self.charset,
        }

    def addressed(self) -> dict[str, str]:
        """Where to send things; nothing when no address was given."""
        if not self.street:
            return {}
        return {
            "address_street": self.street,
            "address_zip": self.zip_code,
            "address_country_code": self.country_code,
            "address_name": f"{self.first_name} {self.last_name}",
            "address_country": self.country,
            "address_city": self.city,
            "address_state": self.state,
        }

    def vouched(self) -> dict[str, str]:
        """What PayPal holds of them and of their address; only on what is no follower."""
        confirmed = "confirmed" if self.status == "verified" else "unconfirmed"
        return {"payer_status": self.status} | ({"address_status": confirmed} if self.street else {})

    def calls(self, name: str) -> str:
        """What something that is sold is called where they read it."""
        for ours, theirs in zip(_WARES, self.wares, strict=False):
            name = name.replace(ours, theirs)
        return name


PAYERS = (
    Payer("LPLWNMTBWMFAY", "buyer@example.com", "Test", "User", "US", "United States",
          "1 Main St", "95131", "San Jose", "CA", "verified", "windows-1252"),
    Payer("7QK2M9XH4TJNE", "joerg.mueller@example.de", "Jörg", "Müller", "DE", "Germany",
          "Königsstraße 12", "70173", "Stuttgart", "", "verified", "windows-1252"),
    Payer("F3ZP8RD6WYCUL", "renee@example.fr", "Renée", "Lefèvre", "FR", "France",
          "3 rue de l'Œuvre", "75006", "Paris", "", "unverified", "windows-1252"),
    Payer("9HVB5TSGA2KXQ", "sean.oleary@example.ie", "Seán", "O'Leary", "IE", "Ireland",
          "Flat 2\r\n8 Dún Búinne & Sons", "NA", "Dublin", "", "verified", "UTF-8"),
    Payer("C6WEN4UJZ8PLD", "zofia@example.pl", "Zofia", "Żółkiewska", "PL", "Poland",
          "ul. Łąkowa 5/7", "90-562", "Łódź", "", "verified", "UTF-8"),
    Payer("T2RYG7KAMVF5H", "haruka@example.jp", "春香", "佐藤", "JP", "Japan",
          "", "", "", "", "unverified", "UTF-8"),
    Payer("X8DLQ3BSEN6WJ", "o+books@example.org", "Olu", "Adéyemí-Smith", "GB", "United Kingdom",
          "", "", "", "", "verified", "windows-1252"),
    Payer("J5NKA2WQ7RXTM", "hanako@example.jp", "花子", "鈴木", "JP", "Japan",
          "丸の内1-2-3", "100-0005", "千代田区", "東京都", "verified", "Shift_JIS",
          ("本", "マグカップ", "献辞「愛」")),
    Payer("E4VLU9CMD3PZB", "taro@example.jp", "太郎", "渡辺", "JP", "Japan",
          "", "", "", "", "verified", "EUC-JP", ("本", "マグカップ", "献辞「愛」")),
    Payer("Q8WFT6YHX2SGN", "wang.wei@example.cn", "伟", "王", "CN", "China",
          "中山路8号", "200001", "上海", "", "verified", "gb2312", ("一本书", "一个杯子", "题词“爱”")),
    Payer("N3RKE5BJA7VMC", "zhu@example.cn", "镕喆", "朱", "CN", "China",
          "", "", "", "", "unverified", "gb18030", ("一本书", "一个杯子", "题词“爱”")),
    Payer("P9DXL4UTW6HQZ", "mei-ling@example.tw", "美玲", "陳", "TW", "Taiwan",
          "忠孝東路7號", "100", "台北市", "", "verified", "Big5", ("一本書", "一個馬克杯", "題字「愛」")),
    Payer("A6YGS2FNR8CKV", "min-jun@example.kr", "민준", "김", "KR", "South Korea",
          "", "", "", "", "verified", "EUC-KR", ("책", "머그컵", "사랑을 담아")),
    Payer("U7JMB3EPX5TDW", "ivan@example.ru", "Иван", "Соловьёв", "RU", "Russia",
          "ул. Мира, 5", "190000", "Санкт-Петербург", "", "verified", "KOI8_R",
          ("Книга", "Кружка", "с любовью")),
    Payer("Z2HQC8LVA4NRF", "maria@example.bg", "Мария", "Иванова", "BG", "Bulgaria",
          "", "", "", "", "unverified", "windows-1251", ("Книга", "Чаша", "с любов")),
    Payer("S6TWK9GYD3UJE", "anton@example.org", "Антон", "Чайка", "UA", "Ukraine",
          "", "", "", "", "verified", "ISO-8859-5", ("Книга", "Кружка", "с любовью")),
    Payer("B4PXN7RFM2HVL", "jiri@example.cz", "Jiří", "Dvořák", "CZ", "Czech Republic",
          "Nádražní 3", "110 00", "Praha", "", "verified", "ISO-8859-2", ("Kniha", "Hrnek", "s láskou")),
    Payer("C8KDT5QZE6WAY", "eszter@example.hu", "Eszter", "Kőszegi", "HU", "Hungary",
          "", "", "", "", "verified", "windows-1250", ("Könyv", "Bögre", "szeretettel")),
    Payer("G3UVS9JLX7BNP", "jose@example.es", "José", "Muñoz", "ES", "Spain",
          "Calle del Ángel 9", "28001", "Madrid", "", "verified", "ISO-8859-1",
          ("Un libro", "Una taza", "con cariño")),
    Payer("H5MRF2CYK8TQD", "noel@example.be", "Noël", "Lecœur", "BE", "Belgium",
          "", "", "", "", "unverified", "ISO-8859-15", ("Un livre", "Une tasse à 5 €", "de tout cœur")),
    Payer("W9EZA6HPG4XJV", "eleni@example.gr", "Ελένη", "Παπαδοπούλου", "GR", "Greece",
          "", "", "", "", "verified", "ISO-8859-7", ("Ένα βιβλίο", "Μια κούπα", "με αγάπη")),
    Payer("L7NBU3WTS5RKM", "ayse@example.tr", "Ayşe", "Yıldız", "TR", "Turkey",
          "", "", "", "", "verified", "ISO-8859-9", ("Bir kitap", "Bir kupa", "sevgiyle")),
    Payer("V2QYD8FXC6ZLH", "mehmet@example.tr", "Mehmet", "Şahin", "TR", "Turkey",
          "", "", "", "", "unverified", "windows-1254", ("Bir kitap", "Bir kupa", "sevgiyle")),
    Payer("D6JGP4ENM9ATW", "noa@example.il", "נועה", "לוי", "IL", "Israel",
          "", "", "", "", "verified", "windows-1255", ("ספר", "ספל", "באהבה")),
    Payer("K3XVR7UBH5YSQ", "layla@example.ae", "ليلى", "حسن", "AE", "United Arab Emirates",
          "", "", "", "", "verified", "windows-1256", ("كتاب", "كوب", "مع حبي")),
    Payer("R8TCZ2LKF6GWN", "thi-hoa@example.vn", "Thị Hoa", "Nguyễn", "VN", "Vietnam",
          "", "", "", "", "verified", "utf-8", ("Một cuốn sách", "Một cái cốc", "với tình yêu")),
)  # fmt: skip
