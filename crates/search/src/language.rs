//! Which language a message is in, and the words that carry no wish.

use comptoir_rank::Language;

use crate::{synonyms, words::Piece};

/// Function words that only English has, without accents.
const ENGLISH: &str = "\
    the a an i am is are for with and or of to my me you your who that this under below less \
    than between looking want need show find buy get some any something someone please cheap \
    cheapest gift gifts where what how can do does have has it in on at best good order hello hi \
    thanks more loves likes over about from without not";

/// Function words that only French has, without accents.
const FRENCH: &str = "\
    le la les un une des du de et ou je j tu il elle vous nous mon ma mes ce cette pour avec \
    sans dans sur qui que qu est suis cherche veux voudrais besoin montre moi trouve acheter \
    moins plus cher chere cheres chers pas entre sous jusqu quelqu aime adore cadeau cadeaux \
    meilleur meilleure meilleurs quel quelle quels comment bonjour salut merci commande colis \
    ete environ au aux en chez votre vos svp";

/// Words that say nothing about the product wanted.
const ENGLISH_STOP: &str = "\
    the a an i m im am is are be for with and or of to my me you your who that this these those \
    looking look want wants wanted need needs needed show find search searching buy get give \
    some any something someone somebody please can could would should will do does did have has \
    had it its in on at by best good great nice top quality recommend recommended suggest \
    suggestion suggestions what which where how there like d ve ll re s we us our he she him her \
    his they them their up so just also really very pair pairs product products item items thing \
    things stuff ideas idea hello hi hey thanks thank go help let see got from as around about \
    ones one";

/// As [`ENGLISH_STOP`], for French.
const FRENCH_STOP: &str = "\
    le la les l un une des du de d et ou je j tu il elle on vous nous mon ma mes ton ta tes son \
    sa ses ce cette ces c pour avec dans sur qui que qu quelqu est sont suis cherche cherchons \
    recherche chercher veux voudrais voudrait souhaite aimerais besoin ai as a avez montre \
    montrez moi lui leur trouve trouver trouvez donne acheter achat offrir faut me m te t se s y \
    en au aux meilleur meilleure meilleurs meilleures bon bonne bons bonnes beau belle joli \
    jolie qualite produit produits article articles chose quelque quelques idee idees svp plait \
    sil si bonjour salut merci paire paires quel quelle quels quelles comment etre avoir peux \
    pouvez peut voir aussi tres bien chez par environ";

/// The language of a message, or `None` when nothing in it tells.
pub(crate) fn detect(text: &str, pieces: &[Piece]) -> Option<Language> {
    let mut english = 0_u32;
    let mut french = 0_u32;
    for piece in pieces {
        let word = piece.text.as_str();
        let vocabulary = synonyms::languages_of(&crate::words::token(word));
        let weigh = |function_word: bool, known: bool, other: bool| {
            if function_word {
                3
            } else {
                u32::from(known && !other)
            }
        };
        english = english.saturating_add(weigh(lists(ENGLISH, word), vocabulary.0, vocabulary.1));
        french = french.saturating_add(weigh(lists(FRENCH, word), vocabulary.1, vocabulary.0));
    }
    let accents = text
        .chars()
        .filter(|c| "éèêëàâùûôîïçœÉÈÊÀÇŒ".contains(*c))
        .take(4)
        .count();
    french = french.saturating_add(u32::try_from(accents).unwrap_or(0).saturating_mul(3));
    match english.cmp(&french) {
        std::cmp::Ordering::Greater => Some(Language::English),
        std::cmp::Ordering::Less => Some(Language::French),
        std::cmp::Ordering::Equal => None,
    }
}

/// Whether `word` says nothing about the product, in `language` or in either.
pub(crate) fn is_stop_word(word: &str, language: Option<Language>) -> bool {
    match language {
        Some(Language::English) => lists(ENGLISH_STOP, word),
        Some(Language::French) => lists(FRENCH_STOP, word),
        // A lone `a`, `on` or `me` says nothing in both; longer words may be the wish itself.
        None => lists(ENGLISH_STOP, word) && lists(FRENCH_STOP, word),
    }
}

/// Whether a list of words separated by spaces has `word`.
fn lists(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}
