"""How a text is cut into words, and which words carry no meaning of their own: one list per language."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

MAX_WORD_CHARS = 48
_WORD = re.compile(r"[^\W_]+")
# Every mark but the tilde, which makes ñ another letter.
_MARKS = re.compile("[\u0300-\u0302\u0304-\u036f]")

_ENGLISH = """
a about above after again all also am an and any are aren as at be because been before being below between
both but by can could couldn d did didn do does doesn doing don down during each else few for from further
get give got had has hasn have haven having he her here hers him his how i if im in into is isn it its itself
just know let like ll long m many may me might more most much must my myself need no nor not now of off often
ok on once only or other our ours out over own please re s same shall she should so some such t tell than
thank thanks that the their theirs them then there these they this those through to too under until up upon
us ve very want was we were what when where which while who whom whose why will with within without won
would you your yours
"""
_SPANISH = """
a al algo alguien algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquello aquellos aqui
asi aun aunque bajo bien cada como con contra cual cuales cualquier cuando cuanta cuantas cuanto cuantos cuyo
de debe debemos deben deber debo decir decirme del desde dime donde dos durante e el ella ellas ello ellos en
entre era eran eres es esa esas ese eso esos esta estaba estaban estamos estan estar estas este esto estos
estoy favor fue fueron gracias ha haber habia hace hacen hacer hacia hago han has hasta hay he incluso ir la
las le les lo los mas me mi mia mientras mio mis mismo mucha muchas mucho muchos muy nada necesito ni ningun
ninguna ninguno no nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco
podemos podria por porque puede pueden puedo pues que quien quienes quiero quisiera se sea sean segun ser si
sido siempre sin sobre sois solo somos son soy su sus suya suyo tal tambien tampoco tan tanto te tenemos
tener tengo ti tiene tienen toda todas todavia todo todos tu tus un una unas uno unos usted ustedes va vais
vamos van voy vuestra vuestro y ya yo
"""
_PORTUGUESE = """
a ainda algum alguma algumas alguns ao aos aquela aquele aquilo as ate cada com como da das de dela dele
depois desde deve devem devo do dos e ela elas ele eles em entre era essa essas esse esses esta estao estas
estava este estes estou eu faco faz fazem fazer foi foram gostaria ha haver isso isto ja lhe lhes mais mas me
menos mesmo meu meus minha minhas muita muitas muito muitos na nao não nas nem nenhum nenhuma no nos nossa
nossas nosso nossos num numa o onde os ou para pela pelas pelo pelos pode podem podemos por porque posso
preciso quais qual quando quanta quantas quanto quantos que quem quero sao são se seja sem ser sera seu seus
sim so sob sobre somos sou sua suas tambem tem temos tenho ter teu teus tinha todas todo todos tu tua tuas
tudo um uma umas uns vai voce voces vou
"""
_FRENCH = """
a ai as au aussi autre autres aux avait avec avez avoir avons bien c ca ce cela celle celui ces cet cette chez
combien comme comment d dans de des deux dois doit donc du elle elles en encore entre es est et etaient etait
etes etre eu faire fais fait faut il ils j je l la le les leur leurs lui m ma mais me meme mes moi moins mon n
ne ni non nos notre nous on ont ou oui par pas peut peuvent peux plus pour pourquoi pouvez puis qu quand que
quel quelle quelles quels qui quoi s sa sans se sera ses si son sommes sont sous suis sur t ta te tes toi ton
tous tout toute toutes tres tu un une vers veux voici voudrais vos votre vous y
"""
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dann
darf das dass daß dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch
dort du durch ein eine einem einen einer eines er es etwas euch euer eure fuer fur ganz gegen gibt habe haben
hast hat hatte hatten hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden
jeder jedes jetzt kann kannst kein keine keinen koennen konnen konnt mal man mehr mein meine meinem meinen
meiner mich mir mit mochte moechte muss mussen nach nein nicht noch nun nur ob oder ohne sehr seid sein seine
seinem seinen sich sie sind so soll sollen sondern sonst uber ueber um und uns unser unsere unseren unter
viel viele vom von vor wann war waren warum was weil welche welchen welcher welches wem wen wenn wer werde
werden wie wieder wieviel will wir wird wo wollen wurde wurden zu zum zur
"""
_ITALIAN = """
a abbiamo agli ai al alla alle allo anche ancora avere avete aveva bisogna c che chi ci come con cosa cui d da
dagli dai dal dalla dalle dallo degli dei del dell della delle dello deve devo devono di dobbiamo dopo dove e
ed era erano essere fa faccio fare fra gia gli ha hai hanno ho i il in io l la le lei lo loro lui ma me meno
mi mia mie miei mio molta molte molti molto ne negli nei nel nella nelle nello no noi non nostra nostre nostri
nostro o ogni per perche piu possiamo posso possono potete prima puo qual quale quali qualche quando quanta
quante quanti quanto quella quelle quelli quello questa queste questi questo qui se sei senza si siamo siete
sara solo sono sopra sotto stata stato su sua sue sugli sui sul sulla sulle sullo suo suoi te ti tra tu tua
tue tuo tuoi tutta tutte tutti tutto un una uno vi voglio voi vorrei vostra vostro
"""

STOP_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH.split()),
    "es": frozenset(_SPANISH.split()),
    "pt": frozenset(_PORTUGUESE.split()),
    "fr": frozenset(_FRENCH.split()),
    "de": frozenset(_GERMAN.split()),
    "it": frozenset(_ITALIAN.split()),
}
# Of the two languages that documents and visitors mostly have. A short question does not tell which it is.
COMMON_STOP_WORDS = STOP_WORDS["en"] | STOP_WORDS["es"]


def words(text: str) -> Iterator[str]:
    """Yield the words and numbers of a text in lower case, cut to a sane length."""
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield match.group()[:MAX_WORD_CHARS]


def fold(word: str) -> str:
    """Return the word without accents; ñ stays."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", word)))


def is_stop_word(word: str, language: str = "") -> bool:
    """Return whether a word carries no meaning; in an unknown language: none in English or Spanish."""
    return fold(word) in STOP_WORDS.get(language, COMMON_STOP_WORDS)


def content_words(text: str, language: str = "") -> list[str]:
    """Return the words and numbers that carry meaning, in order."""
    return [word for word in words(text) if _has_size(word) and not is_stop_word(word, language)]


def _has_size(word: str) -> bool:
    return len(word) > 1 or word.isdigit()
