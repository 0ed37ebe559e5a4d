"""Words too common to tell one passage from another, in English and Spanish, without accents."""

_ENGLISH = """
a about above after again all also am an and any are as at be because been before being
below between both but by can could did do does doing don down during each else few for from further get
got had has have having he her here hers him his how i if in into is it its itself just let like me more
most much many my myself no nor not now of off on once only or other our ours out over own please s same
shall she should so some such t tell than that the their theirs them then there these they this those
through to too under until up upon us very was we were what when where which while who whom whose why
will with within without would you your yours ll re ve m d im
"""

_SPANISH = """
a al algo alguien alguna algunas alguno algunos algun ante antes aquel aquella aquellas aquello aquellos
aqui asi aun aunque bajo bien cada como con contra cual cuales cualquier cuando cuanta cuantas cuanto
cuantos cuyo de debe deben deber debo debemos del desde donde dos durante e el ella ellas ello ellos en
entre era eran eres es esa esas ese eso esos esta estaba estaban estamos estan estar estas este esto
estos estoy fue fueron ha haber habia hace hacen hacer hacia hago han has hasta hay he incluso ir la las
le les lo los mas me mi mia mientras mio mis mismo mucho muchos muy nada ni ningun ninguna ninguno no nos
nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque pues
puede pueden puedo podemos podria que quien quienes se sea sean segun ser si sido siempre sin sobre sois
solo somos son soy su sus suya suyo tal tambien tampoco tan tanto te tengo tiene tienen tenemos tener ti
toda todas todavia todo todos tu tus un una unas uno unos usted ustedes va vamos van voy y ya yo favor
"""

STOP_WORDS = frozenset(f"{_ENGLISH} {_SPANISH}".split())
