/** Which names end the address of a site, as far as a text without `http://` is to be told from two words with a dot. */

/** Of countries. */
const COUNTRIES = `
  ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo br bs bt
  bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er
  es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht
  hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls
  lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl
  no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh
  si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug
  uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
`;

/** Of everybody: those that are seen in texts. There are a thousand more, each with few sites. */
const GENERIC = `
  com org net edu gov mil int info biz name pro mobi jobs travel app dev page new blog shop store
  online site website tech xyz top club live life news media video tube film movie music band art
  photo photos gallery pics design studio agency digital marketing social events space world today
  email link click download games game fun cool wiki cloud host hosting domains network systems
  solutions services software tools company business center group team works work consulting capital
  finance money cash bank insurance legal law health care clinic dental doctor school academy
  education university college training guide expert institute house homes land estate properties rent
  garden kitchen restaurant cafe bar pub beer wine vin pizza recipes food fit fitness yoga run bike
  ski fashion style clothing shoes jewelry beauty makeup hair boutique gift gifts toys baby kids
  family love dating wedding party vip fan fans chat lol ninja rocks guru zone city town earth eco
  green energy solar bio farm pet pets dog horse auto car cars taxi flights tours vacations holiday
  hotel reviews review deals sale discount promo express direct delivery tax foundation charity church
  faith ngo ong one plus best win bid bet poker casino sex porn xxx adult cam ink red blue black pink
  gold asia africa london paris berlin tokyo nyc rio lat cat eus gal bzh scot wales quebec google
  youtube amazon apple microsoft sony bbc foo zip mov build codes
`;

/** In other alphabets. */
const OTHER_ALPHABETS = `
  みんな コム グーグル 中国 中國 香港 台湾 台灣 新加坡 公司 网络 网址 商城 集团 在线 한국 닷컴 닷넷 рф онлайн сайт орг бг срб укр қаз ελ გე
  հայ भारत ไทย السعودية امارات پاکستان ایران مصر قطر فلسطين موقع
`;

const KNOWN: ReadonlySet<string> = new Set(`${COUNTRIES}${GENERIC}${OTHER_ALPHABETS}`.trim().split(/\s+/));

/** Whether an address ends so. `label`: in small letters. */
export function isTopLevelDomain(label: string): boolean {
  return KNOWN.has(label) || /^xn--[a-z0-9-]{1,59}$/.test(label);
}
