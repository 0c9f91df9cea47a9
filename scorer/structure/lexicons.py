# ruff: noqa: E501
"""What mail of a kind says, in some eighteen languages: phrases by category, compared after folding.

Folding takes case and accents away on both sides. A phrase counts once however often it stands there, and
the categories are weighed by training: being in a list is no verdict (a shop may say "gift card").
"""

from __future__ import annotations

import unicodedata
from functools import cache

from scorer.lazyre import lazy
from scorer.runs import words_and_numbers
from scorer.screen import Phrases

try:
    from scorer.native import folding as _native_folding
    from scorer.native import lexicon as _native
except ImportError:  # nothing was compiled
    _native = _native_folding = None  # type: ignore[assignment]

_MARKS = lazy("[\u0300-\u036f]")
HEAD, TAIL = 5_000, 2_500
"""Code points from the start and the end of a text that are searched."""

_PHRASES = {
    # "confirm who you are or lose it": what a thief of passwords asks
    "credentials": """verify your|confirm your account|confirm your identity|verify your identity|update your account|
        update your information|update your payment|account information|password|sign in to your account|log in to your|login to your|
        account has been limited|account has been suspended|account has been locked|account will be|unusual activity|unusual sign|
        suspicious activity|unauthorized|security alert|validate your|your mailbox|mailbox is full|webmail|keep same password|
        storage limit|storage is full|mailbox quota|mailbox upgrade|quarantine|pending messages|undelivered messages|incoming messages|your card has been|
        online banking|re-activate|reactivate your|restore your account|restore access|confirm your details|confirm it was you|payment method|billing information|
        update your billing|one-time passcode|security code|your wallet|verify now|kyc|account on hold|deactivate|deactivated|
        passwort|konto wurde|konto bestätigen|bestätigen sie ihr|ihr konto|ihre identität|sicherheitsüberprüfung|daten aktualisieren|
        konto gesperrt|eingeschränkt|verifizieren|kundenkonto|online-banking|tan-verfahren|pushtan|postfach|speicherplatz|ihre karte|karte gesperrt|
        gesperrt|entsperren|kennwort|zugangsdaten|bankverbindung|legitimation|freischaltung|ungewöhnliche aktivität|zahlungsdaten|kontodaten|ihre daten bestätigen|deaktiviert|
        mot de passe|votre compte|boîte aux lettres|boîte mail|quota|espace de stockage|votre carte|carte vitale|coordonnées bancaires|suspendu|bloqué|bloquée|débloquer|restreint|identifier|
        espace client|moyen de paiement|authentification|confirmer votre|vérifier votre|vos informations|compte a été|activité inhabituelle|identifiant|mettre à jour vos|
        contraseña|su cuenta|tu cuenta|buzón|almacenamiento|su tarjeta|tu tarjeta|bloqueada temporalmente|desbloquear|suspendida|restringida|datos bancarios|banca en línea|banca online|
        método de pago|verificación|token|reactivar|verifique su|verifica tu|confirme su|confirmar su|actualice su|actividad inusual|ha sido suspendida|ha sido bloqueada|
        senha|sua conta|a sua conta|seu acesso|caixa de entrada|caixa de correio|armazenamento|seu cartão|cartão bloqueado|desbloquear|suspensa|suspenso|dispositivo|token|chave de segurança|
        validação|validar|reativar|dados cadastrais|internet banking|app do banco|homebanking|palavra-passe|confirme seus|atualize seus|atualização cadastral|recadastramento|verifique sua|conta foi|bloqueada|bloqueio|acesso suspenso|seu cadastro|regularize|
        il tuo conto|il suo conto|la tua casella|casella di posta|spazio di archiviazione|la sua carta|carta bloccata|bloccato|bloccata|sospeso|sospesa|sbloccare|riattivare|
        credenziali|metodo di pagamento|limitato|verificare la|dati di pagamento|spid|conto corrente|la tua carta|verifica la tua|conferma i tuoi|account sospeso|accesso anomalo|aggiorna i tuoi|home banking|
        wachtwoord|uw rekening|mailbox|opslagruimte|uw bankpas|uw betaalpas|nieuwe pas|deblokkeren|gedeblokkeerd|inloggegevens|betaalgegevens|betaalmethode|digid|mijn ics|verlopen pas|geblokkeerde|
        identificatie|uw gegevens|uw account|je account|bevestig uw|verifieer uw|geblokkeerd|opgeschort|beveiligingsupdate|betaalpas|
        lösenord|ditt konto|brevlåda|lagringsutrymme|bankid|ditt kort|spärrat|spärrats|låst|begränsats|postkasse|lagerplads|mitid|nemid|dit kort|spærret|lukket|begrænset|opdater dine|
        postboks|lagringsplass|kontoen din|kortet ditt|sperret|låst|stengt|oppdater|betalingsinformation|betalningsuppgifter|betalingsopplysninger|tunnus|pankkitunnus|lukittu|bekräfta ditt|verifiera ditt|adgangskode|din konto|bekræft din|passord|bekreft din|bekreft kontoen|salasana|tilisi|vahvista|
        hasło|twoje konto|skrzynka|skrzynki|zablokowane|zablokowana|twoja karta|dane do logowania|bankowość|odblokować|zablokován|vaše karta|schránka|letiltottuk|postafiók|blocat|căsuța|kartınız|askıya|
        potwierdź swoje|zweryfikuj|heslo|váš účet|ověřte|jelszó|fiókja|parola|contul dumneavoastră|şifre|hesabınız|hesabiniz|
        пароль|заблокирован|ваша карта|почтовый ящик|учетная запись|ваш аккаунт|вашу учетную|подтвердите|アカウント|パスワード|お支払い方法|カード情報|ログイン|アカウントの|本人確認|ご確認|更新して|利用制限|不正利用|账户|账号|密码|验证|帐户|帳戶|비밀번호|계정""",
    "urgency": """immediately|urgent|within 24 hours|within 48 hours|24 hours|48 hours|expires today|expire|final notice|last warning|
        action required|attention required|immediate action|act now|as soon as possible|will be terminated|will be closed|will be deleted|permanently|failure to|
        sofort|umgehend|dringend|innerhalb von|letzte mahnung|läuft ab|handlungsbedarf|frist|andernfalls|
        immédiatement|urgent|dans les 24|dans les 48|expire|dernier rappel|dernière chance|sous 24|sous 48|faute de quoi|
        inmediatamente|urgente|en 24 horas|24 horas|48 horas|caduca|vence|último aviso|de lo contrario|
        imediatamente|expira|vencimento|prazo|última chance|último aviso|evite|
        immediatamente|entro 24|entro 48|scade|scadenza|ultimo avviso|in caso contrario|
        onmiddellijk|dringend|binnen 24|binnen 48|verloopt|laatste herinnering|omgaande|
        omedelbart|brådskande|inom 24|straks|øjeblikkeligt|umiddelbart|välittömästi|natychmiast|pilne|okamžitě|azonnal|urgent|acil|hemen|
        срочно|немедленно|至急|緊急|24時間|48時間|期限|立即|紧急|24小时|緊急|즉시|긴급""",
    "prize": """you have won|you've won|you have been selected|you've been selected|been chosen|winner|congratulations|claim your|
        your reward|free gift|gift card|giftcard|lottery|jackpot|survey|exclusive reward|complimentary|sweepstakes|lucky|
        sie haben gewonnen|gewinner|herzlichen glückwunsch|gewinnspiel|gutschein|ausgewählt|lotterie|
        vous avez gagné|gagnant|félicitations|cadeau|sélectionné|loterie|tirage au sort|
        ha ganado|has ganado|ganador|felicidades|felicitaciones|enhorabuena|premio|lotería|sorteo|regalo|
        você ganhou|ganhador|parabéns|prêmio|sorteio|loteria|brinde|pontos|resgate|resgatar|
        hai vinto|vincitore|congratulazioni|complimenti|lotteria|buono regalo|
        gewonnen|winnaar|gefeliciteerd|cadeaubon|loterij|prijs|
        grattis|vunnit|presentkort|tillykke|vundet|gavekort|gratulerer|vunnet|onnittelut|voittanut|lahjakortti|
        wygrałeś|gratulacje|nagroda|vyhráli|výhra|gratulujeme|nyertes|gratulálunk|câștigat|felicitări|kazandınız|tebrikler|hediye|
        поздравляем|выиграли|приз|розыгрыш|выигрыш|当選|おめでとう|プレゼント|中奖|恭喜|奖品|당첨|축하""",
    # advance-fee fraud
    "fortune": """million dollars|million usd|million united states|us$|million euro|million pounds|next of kin|late husband|late father|beneficiary|
        inheritance|barrister|attorney at law|deceased|transfer the sum|transfer of funds|fund transfer|unclaimed|donation of|donate|charity|widow|
        diplomat|consignment|atm card|compensation|strictly confidential|utmost|mutual benefit|business proposal|foreign partner|bank of nigeria|
        united nations|western union|moneygram|money gram|god bless|dear beloved|dearest|my dear|good day|investment opportunity|loan offer|interest rate|
        erbschaft|millionen|begünstigte|nachlass|verstorben|darlehen|kreditangebot|vertraulich|spende|
        héritage|millions|bénéficiaire|décédé|prêt|confidentiel|donation|
        herencia|millones|beneficiario|fallecido|préstamo|confidencial|donación|
        herança|milhões|beneficiário|falecido|empréstimo|doação|
        eredità|milioni|beneficiario|prestito|riservato|donazione|
        erfenis|miljoen|begunstigde|overleden|lening|vertrouwelijk|
        arv|miljoner|millioner|perintö|spadek|milionów|dědictví|örökség|miras|milyon|наследство|миллионов|遗产|百万|유산""",
    "delivery": """your package|your parcel|your shipment|delivery attempt|could not be delivered|unable to deliver|delivery fee|shipping fee|customs|redelivery|tracking number|
        paket|sendung|zustellung|zollgebühr|lieferung|versandkosten|colis|livraison|frais de|expédition|
        paquete|envío|entrega|aduana|gastos de envío|encomenda|alfândega|taxa|rastreamento|correios|
        pacco|spedizione|consegna|dogana|pakket|bezorg|verzendkosten|douane|levering|pakke|paket|leverans|tull|toimitus|lähetys|
        paczka|przesyłka|dostawa|zásilka|doručení|csomag|szállítás|colet|livrare|kargo|teslimat|посылка|доставк|荷物|配達|お届け|包裹|快递|택배|배송""",
    "invoice": """invoice|payment due|outstanding|overdue|remittance|wire transfer|purchase order|quotation|receipt|refund|tax refund|unpaid|payment failed|payment declined|billing problem|
        rechnung|zahlung|mahnung|überweisung|rückerstattung|facture|paiement|impayé|remboursement|virement|
        factura|pago|reembolso|transferencia|pendiente|fatura|boleto|pagamento|reembolso|pendência|débito|nota fiscal|pix|dívida|multa|
        fattura|rimborso|bonifico|factuur|betaling|terugbetaling|openstaande|incasso|faktura|betalning|återbäring|refusjon|lasku|maksu|
        płatność|zaległ|platba|számla|fizetés|factură|plată|fatura|ödeme|счет|оплат|請求|支払|返金|发票|付款|退款|청구|결제""",
    "click": """click here|click below|click the link|click on the link|click the button|follow the link|link below|open the attachment|see attachment|attached file|download now|
        klicken sie|hier klicken|folgenden link|anhang|cliquez ici|cliquez sur|lien ci-dessous|pièce jointe|
        haga clic|haz clic|pulse aquí|siguiente enlace|archivo adjunto|clique aqui|clique no|acesse|link abaixo|em anexo|
        clicca qui|clicca sul|link seguente|allegato|klik hier|klik op|onderstaande link|bijlage|klicka här|klik her|klikk her|klikkaa|napsauta|
        kliknij|klikněte|kattintson|faceți clic|tıklayın|нажмите|перейдите по|こちらを|クリック|点击|點擊|클릭""",
    "crypto": """bitcoin|btc|cryptocurrency|crypto|wallet|ethereum|metamask|seed phrase|recovery phrase|blockchain|usdt|ledger|kryptowährung|криптовалют|биткоин|ビットコイン|比特币|비트코인""",
    "extortion": """your webcam|recorded you|i recorded|your contacts|adult sites|i hacked|hacked your|trojan|pay me|your device|masturbat|pornograph|infected|
        ihre webcam|gehackt|je vous ai filmé|piraté|su cámara|hackeado|sua webcam|hackeei|webcam|hacker|взлом""",
    "health": """viagra|cialis|erection|erectile|penis|enlarge|libido|weight loss|lose weight|belly fat|fat burn|blood sugar|diabetes|neuropathy|tinnitus|hearing|pharmacy|
        prescription|pills|medications|supplement|testosterone|prostate|wrinkle|keto|cbd|gummies|detox|joint pain|toenail|
        potenz|abnehmen|apotheke|perte de poids|maigrir|perder peso|adelgazar|emagrecer|dimagrire|afvallen|""",
    "sex": """sexy|horny|singles|dating|hookup|naked|xxx|porn|lonely|girls near|milf|adult|sex """,
    "gambling": """casino|poker|slots|betting|bonus code|free spins|roulette""",
    "replica": """rolex|replica|watches|oem software|cheap software|cheap meds|diploma|degree|university degree|no prescription|mortgage|refinance|lowest rate|work from home|earn money|make money|
        stock alert|strong buy|target price|penny stock|investor alert""",
    # offers of money for nothing, of other kinds than the advance fee
    "loan": """loan offer|personal loan|business loan|business funding|pre-approved|preapproved|no collateral|bad credit|low interest|instant loan|loan amount|repayment period|borrow up to|debt relief|
        kredit|darlehen|ohne schufa|kleinkredit|sofortkredit|zinsen|laufzeit|prêt entre particuliers|offre de prêt|crédit rapide|taux d'intérêt|sans justificatif|rachat de crédit|
        préstamo|préstamos|crédito inmediato|tasa de interés|sin aval|empréstimo|crédito pessoal|crédito pré-aprovado|sem consulta|juros|consignado|
        prestito|prestiti|finanziamento|tasso d'interesse|senza garanzie|lening|krediet|zonder bkr|rente|lån utan|låna upp|ränta|lån uden|rente på|kreditt|lån uten|pożyczka|pożyczki|půjčka|kölcsön|împrumut|kredi""",
    "investment": """guaranteed return|guaranteed profit|guaranteed income|trading platform|trading bot|trading robot|double your|passive income|financial freedom|forex|return on investment|high returns|risk-free|risk free|
        minimum deposit|initial deposit|profit daily|daily profit|lost funds|recover your funds|recovery of your|investment plan|
        geldanlage|garantierte rendite|rendite|handelsplattform|passives einkommen|verlorene gelder|investition von|ohne risiko|
        rendement garanti|sans risque|plateforme de trading|revenu passif|revenus passifs|investissement de|
        rentabilidad garantizada|sin riesgo|ingresos pasivos|plataforma de inversión|inversión inicial|inversión mínima|duplique su|
        rendimento garantido|renda passiva|sem risco|investimento inicial|lucro diário|lucro garantido|robô|
        rendimento garantito|senza rischi|reddito passivo|investimento iniziale|guadagno|guadagnare|guadagni|
        gegarandeerd rendement|zonder risico|passief inkomen|inleg van|garanterad avkastning|utan risk|passiv inkomst|garanteret afkast|passiv indkomst|garantert avkastning|gwarantowany zysk|bez ryzyka""",
    "job": """part-time job|work from home|work from anywhere|no experience|no experience needed|weekly pay|weekly salary|earn up to|per week|payment agent|personal assistant position|mystery shopper|remote position|hours a week|flexible hours|
        nebenjob|nebenverdienst|heimarbeit|von zu hause|wöchentlich|ohne vorkenntnisse|finanzagent|travail à domicile|revenu complémentaire|sans expérience|par semaine|gagnez jusqu'à|
        trabajo desde casa|desde casa|sin experiencia|por semana|a la semana|gane hasta|ingresos extra|trabalhe de casa|trabalho em casa|renda extra|sem experiência|ganhe até|por dia|
        lavoro da casa|da casa|senza esperienza|a settimana|thuiswerk|vanuit huis|bijverdienen|zonder ervaring|per week|jobba hemifrån|extrajobb|extra inkomst|arbejde hjemmefra|jobb hjemmefra|praca zdalna|bez doświadczenia""",
    "lonely": """saw your profile|found your profile|your profile|get to know you|know you better|true love|serious relationship|lonely|soulmate|my photos|my pictures|write me back|write back to me|waiting for your reply|my love|my queen|
        dein profil|kennenlernen|näher kennen|einsam|ernsthafte beziehung|schreib mir|meine bilder|ton profil|votre profil|faire connaissance|te connaître|relation sérieuse|écris-moi|
        tu perfil|conocerte|relación seria|escríbeme|mis fotos|seu perfil|te conhecer|relacionamento sério|me escreva|minhas fotos|tuo profilo|conoscerti|relazione seria|scrivimi|mie foto|
        je profiel|leren kennen|serieuze relatie|schrijf me|din profil|lära känna|lære dig|bli kjent|skriv til mig|skriv till mig|twój profil|poznać cię|napisz do mnie""",
    # offers to the owner of a web site that nobody asked for
    "cold": """seo|first page of google|page one of google|rank higher|ranking on google|backlinks|guest post|link insertion|redesign your website|website redesign|web design|web development|app development|lead generation|
        email list|mailing list of|decision makers|came across your website|visited your website|your website is|quick question|free audit|website audit|more traffic|
        ihre website|ihre webseite|suchmaschinen|erste seite|webdesign|votre site|référencement|première page|su sitio web|su página web|posicionamiento|primera página|
        seu site|primeira página|vostro sito|suo sito|prima pagina|posizionamento|uw website|zoekmachine|eerste pagina|din hemsida|sökmotor|din hjemmeside|søgemaskine|nettsiden din|twoja strona|pozycjonowanie""",
    # what a mailing says of itself
    "reason": """you are receiving this|you're receiving this|you received this|you are subscribed|you subscribed|you signed up|because you|this email was sent to|this message was sent to|
        this e-mail was sent|opted in|opted-in|subscriber|was intended for|
        sie erhalten diese|du erhältst diese|sie haben sich|angemeldet haben|diese e-mail wurde an|newsletter-abo|
        vous recevez ce|vous avez reçu|vous êtes inscrit|vous êtes abonné|cet e-mail a été envoyé|ce message a été envoyé|
        recibe este|recibes este|ha recibido este|este correo ha sido enviado|se ha suscrito|te has suscrito|
        você está recebendo|você recebeu|este e-mail foi enviado|recebeu este|esta mensagem foi enviada|se inscreveu|está a receber|
        ricevi questa|hai ricevuto|ricevete questa|questa email è stata|questa e-mail|ti sei iscritto|
        u ontvangt deze|je ontvangt deze|deze e-mail is verzonden|deze nieuwsbrief|aangemeld|ingeschreven|
        du får detta|du får det här|detta mejl|du modtager denne|du mottar denne|denne e-post|saat tämän|tilaaja|
        otrzymujesz|otrzymałeś|wiadomość została wysłana|dostáváte|tento e-mail|ezt a levelet|hírlevél|ați primit|primiți|bu e-posta|
        вы получили это|вы подписаны|письмо отправлено|このメールは|配信されて|您收到|此邮件|이 메일은|본 메일은|수신동의""",
    "browser": """view in browser|view this email|view online|in your browser|web version|webversion|view it in|read online|having trouble viewing|trouble viewing|can't see|cannot see this|online version|
        im browser|webansicht|online ansehen|onlineversion|online-version|nicht richtig angezeigt|dans votre navigateur|version en ligne|version web|
        en el navegador|en tu navegador|en su navegador|versión online|versión web|no navegador|versão online|visualizar online|veja online|
        nel browser|nel tuo browser|versione online|versione web|in je browser|in uw browser|online bekijken|bekijk online|webversie|
        i webbläsaren|i din webbläsare|webbversion|i din browser|i nettleser|selaimessa|verkkoversio|w przeglądarce|v prohlížeči|böngésző|în browser|tarayıcı|в браузере|ブラウザ|浏览器|브라우저""",
    "imprint": """all rights reserved|copyright|privacy policy|terms of use|terms and conditions|terms of service|contact us|our address|mailing address|po box|p.o. box|suite |street|avenue|
        paid for by|registered in|registered office|vat |impressum|datenschutz|geschäftsführer|handelsregister|ust-id|agb|alle rechte vorbehalten|straße|strasse|
        mentions légales|politique de confidentialité|tous droits réservés|siège social|rue |
        aviso legal|política de privacidad|todos los derechos|calle |política de privacidade|todos os direitos|rua |avenida|cnpj|
        informativa sulla privacy|tutti i diritti|partita iva|p.iva|via |privacyverklaring|privacybeleid|algemene voorwaarden|kvk|btw|straat|
        integritetspolicy|org.nr|org nr|privatlivspolitik|cvr|personvern|tietosuoja|y-tunnus|polityka prywatności|wszelkie prawa|ul. |regon|zásady ochrany|ochrana osobních|adatvédelem|
        confidențialitate|gizlilik|политика конфиденциальности|プライバシー|特定商取引|隐私|版权所有|개인정보""",
    "share": """forward to a friend|forward this|tell a friend|share this|follow us|find us on|like us|connect with us|join us|weiterleiten|folgen sie uns|folge uns|
        transférer|suivez-nous|reenviar|síguenos|siga-nos|siga a|inoltra|seguici|doorsturen|volg ons|följ oss|følg oss|følg os|seuraa meitä|obserwuj|sledujte|kövess|urmăriți|takip edin|
        присоединяйтесь|подписывайтесь|フォロー|关注我们|팔로우""",
    "newsletter": """newsletter|this week|this month|edition|issue|upcoming|events|register now|webinar|read more|learn more|find out more|latest news|announcement|announcing|announce|volunteer|membership|members|
        rundbrief|ausgabe|diese woche|termine|veranstaltung|mehr erfahren|weiterlesen|jetzt lesen|lettre d'information|infolettre|en savoir plus|lire la suite|événement|
        boletín|leer más|saber más|más información|eventos|boletim|informativo|leia mais|saiba mais|ler mais|
        leggi tutto|scopri di più|notiziario|nieuwsbrief|lees meer|lees verder|agenda|evenement|nyhetsbrev|läs mer|les mer|læs mere|nyhedsbrev|uutiskirje|lue lisää|
        newsletter|czytaj więcej|dowiedz się|zpravodaj|číst dál|více informací|hírlevél|bővebben|tovább|citește|detalii|bülten|devamı|рассылк|подробнее|читать|メルマガ|ニュース|詳しく|资讯|阅读|뉴스레터|자세히""",
    "generic_greeting": """dear customer|dear user|dear client|dear friend|dear sir|dear madam|dear account|dear member|dear valued|dear email|dear winner|dear beneficiary|dear beloved|dear cardholder|hello dear|attention:|
        sehr geehrter kunde|sehr geehrte kundin|sehr geehrte damen|lieber kunde|guten tag,|cher client|chère cliente|cher utilisateur|madame, monsieur|bonjour,|
        estimado cliente|estimado usuario|apreciado cliente|estimado/a|prezado cliente|caro cliente|prezado(a)|olá,|gentile cliente|gentile utente|
        geachte klant|beste klant|geachte heer|kära kund|bästa kund|kære kunde|kjære kunde|hyvä asiakas|szanowny kliencie|drogi kliencie|vážený zákazníku|tisztelt ügyfelünk|stimate client|sayın müşterimiz|
        уважаемый клиент|уважаемый пользователь|お客様|尊敬的|亲爱的|고객님""",
}  # fmt: skip


def plain(text: str) -> str:
    """`text` without case and without accents."""
    if text.isascii():
        return text.lower()
    known = _native_folding.plain(text) if _native_folding else None
    if known is not None:
        return known
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).replace("’", "'")


# Scripts whose words are written without spaces, or bend too much to be listed in every form: searched as substrings.
_STEMS_IN = (
    ("\u0400", "\u052f"),
    ("\u1100", "\u11ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uac00", "\ud7af"),
)

CATEGORIES: dict[str, tuple[str, ...]] = {
    category: tuple(dict.fromkeys(" ".join(p.split()) for p in plain(listed).split("|") if p.strip()))
    for category, listed in _PHRASES.items()
}


_STEM = Phrases("[" + "".join(f"{low}-{high}" for low, high in _STEMS_IN) + "]")


def _holds_stems(text: str) -> bool:
    return not text.isascii() and _STEM.within(text)


_Categories = tuple[str, ...]
_Phrase = tuple[list[str], str, _Categories]
"""A phrase: its words, how it stands in a text of words with a space around each, its categories."""


@cache
def _phrases() -> tuple[dict[str, _Categories], dict[str, _Categories]]:
    """The phrases and the substrings, each with its categories."""
    phrases: dict[str, _Categories] = {}
    inside: dict[str, _Categories] = {}
    for category, listed in CATEGORIES.items():
        for phrase in listed:
            if _holds_stems(phrase):
                inside[phrase] = (*inside.get(phrase, ()), category)
            else:
                # Most are letters and spaces: then the words need no looking for.
                if not phrase.replace(" ", "").isalpha():
                    phrase = " ".join(words_and_numbers(phrase))
                phrases[phrase] = (*phrases.get(phrase, ()), category)
    return phrases, inside


@cache
def _by_word() -> dict[str, list[_Phrase]]:
    """The phrases by their longest word."""
    by_word: dict[str, list[_Phrase]] = {}
    for phrase, categories in _phrases()[0].items():
        words = phrase.split(" ")
        # The longest word is met in fewer texts than the others ("your account", "within 24 hours").
        entry = (words, f" {phrase} ", categories)
        by_word.setdefault(max(words, key=len) if len(words) > 1 else phrase, []).append(entry)
    return by_word


def window(text: str) -> str:
    """The start and the end of a text, folded: what the phrases are looked for in."""
    if len(text) > HEAD + TAIL:
        text = text[:HEAD] + "\n" + text[-TAIL:]
    return plain(text)


def phrases_in(folded: str) -> dict[str, int]:
    """How many different phrases of a category stand in a folded text, for those of which any does."""
    counts: dict[str, int] = {}
    if not _native:
        _count_phrases(folded, counts)
        any_stems = _holds_stems(folded)
    else:
        lexicon, categories_of = _lexicon()
        for _, phrase in lexicon.met(folded):
            for category in categories_of[phrase]:
                counts[category] = counts.get(category, 0) + 1
        any_stems = _native.holds_stems(folded)
    if any_stems:
        for stem, categories in _phrases()[1].items():
            if stem in folded:
                for category in categories:
                    counts[category] = counts.get(category, 0) + 1
    return counts


def _count_phrases(folded: str, counts: dict[str, int]) -> None:
    """Adds to `counts` the phrases whose words stand in a folded text."""
    by_word = _by_word()
    listed = words_and_numbers(folded)
    words = set(listed)
    spaced = f" {' '.join(listed)} "
    for word in words & by_word.keys():
        for parts, phrase, categories in by_word[word]:
            if len(parts) == 1 or (words.issuperset(parts) and phrase in spaced):
                for category in categories:
                    counts[category] = counts.get(category, 0) + 1


@cache
def _lexicon() -> tuple[_native.Lexicon, list[_Categories]]:
    """The compiled twin of `_count_phrases`, and the categories of its phrases."""
    phrases = _phrases()[0]
    return _native.Lexicon([phrase.split(" ") for phrase in phrases], 0), list(phrases.values())
