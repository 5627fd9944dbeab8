/** Passwords that head every published list of leaked ones, from 8 characters on: shorter ones no length rule lets pass. Lower case. */
const WORDS = `
00000000 000000000 0000000000 00001111 0123456789 01234567 10203040 11111111 111111111 1111111111 111222333 11112222 112233445566 11223344
1122334455 11235813 12121212 121212121212 12341234 123412341234 12344321 123454321 12345678 123456781234 1234567812345678 123456789
1234567890 12345678900 123456789000 1234567891 12345678910 123456789101 1234567891011 12345678912 123456789123 1234567890123
123456789012 12345678901234 123456789012345 1234567890123456 123456789a 123456789o 123456789q 12345678a 123456abc 123456abcdef
123456qwerty 1234abcd 1234abcd1234 1234qwer 1234qwerasdf 1234qwerty 123abc123abc 123123123 123123123123 12312312 123321123
123321123321 123qweasd 123qweasdzxc 123qwe123qwe 12qwaszx 13131313 13579246 135792468 147258369 147258369147 159357159357 159753123
159753456852 1a2b3c4d 1a2b3c4d5e 1a2b3c4d5e6f 1q1q1q1q 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz1qaz 1qaz2wsx
1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw2 1qazxsw23edc 20202020 21212121 22222222 222222222222 22334455 23232323 234567890 25802580 31415926
314159265359 33333333 333333333333 36925814 44444444 444444444444 45645645 456789123 55555555 555555555555 5555566666 66666666 666666666666
69696969 741852963 741852963741 77777777 777777777777 78945612 789456123 789456123789 87654321 88888888 888888888888 963852741
963852741963 963258741 98765432 987654321 9876543210 987654321012 98989898 99887766 99999999 999999999999 a1234567 a12345678 a123456789
a1b2c3d4 a1b2c3d4e5 a1b2c3d4e5f6 aa123456 aa12345678 aa123456789 aaaaaaaa aaaaaaaaaaaa abababab abc12345 abc123456 abc123456789 abcabcabc
abcabcabcabc abcd1234 abcd12345678 abcd1234abcd abcdabcd abcdef123456 abcdefgh abcdefghi abcdefghij abcdefghijk abcdefghijkl abcdefghijklm
adidas123 admin123 admin1234 admin12345 admin123456 admin1234567 admin12345678 admin123admin adminadmin adminadmin123 adminadminadmin
administrator administrator1 administrator123 alexander alexandra america1 anderson andrew123 angelina anthony1 apple123 asd123asd123
asdasd123 asdasdasd asdasdasdasd asdf1234 asdf12345678 asdfasdf asdfasdfasdf asdfgh123456 asdfghjk asdfghjkl asdfghjkl123 asdfghjkl1234
asdfghjklzxc asdzxc123 ashley123 azerty123 azerty123456 azertyui azertyuiop azertyuiop123 babygirl babygirl1 babygirl123 barcelona
barcelona123 baseball baseball1 baseball123 baseball1234 basketball basketball1 basketball12 batman123 benjamin bigdaddy blink182
bond007007 brandon1 brooklyn business butterfly butterfly1 butterfly123 california california1 casanova caroline changeit changeme
changeme1 changeme12 changeme123 changeme1234 changemenow changemenow123 changemeplease charlie1 charlie123 charlotte chelsea1 chelsea123
chocolate chocolate1 chocolate123 christian christina christine christopher cinderella christmas clifford cocacola cocacola123
computer computer1 computer123 computer1234 consumer corvette counterstrike courtney cowboys1 creative customer dallas123 dancer123
danielle daniel123 defaultpassword default123 default12345 destiny1 diamond1 dolphin1 dolphins donald123 dragon123 dragonball
dragonball123 dragondragon dreamer1 drowssap drowssap1234 einstein elephant elephant123 elizabeth elizabeth1 engineer everton1
explorer facebook facebook1 facebook123 facebook1234 fernando ferrari1 flower123 football football1 football12 football123 football1234
footballfan forever1 forever21 freedom1 freedom123 freedom12345 friendship friends1 ginger123 goodluck google123 google12345 gracie123
guest123 guest1234567 hannah123 harley123 harrypotter hello123 hello1234 hello12345 hello123456 hello1234567 hellohello hellohello12
hellohellohello helloworld helloworld1 helloworld12 helloworld123 hollywood hunter123 iloveyou iloveyou1 iloveyou12 iloveyou123
iloveyou1234 iloveyou2 iloveyou22 iloveyouiloveyou iloveyousomuch internet internet1 internet123 jackson1 jasmine1 jennifer jennifer1
jessica1 jessica123 jesuschrist johncena jonathan jordan23 jordan123 justin123 justinbieber katherine killer123 kimberly kingkong
lakers24 lawrence leonardo letmein1 letmein12 letmein123 letmein1234 letmein12345 letmein123456 letmeinnow letmeinplease liverpool
liverpool1 liverpool123 liverpool1234 login123 login1234567 lovelove lovelovelove lovely123 loveyou123 loveyou1234 madison1 manchester
manchester1 manchesterunited marlboro maverick maxwell1 mercedes mercedes123 metallica metallica123 michael1 michael123 michael12345
michaeljordan michelle michelle1 michelle123 midnight minecraft minecraft1 minecraft123 monkey123 monkey123456 monkeymonkey
montreal mustang1 mustang123 mynameis mypassword mypassword1 mypassword12 mypassword123 myspace1 naruto123 nathaniel newpassword
newpassword1 newpassword123 newyork1 newyorkcity nicholas nicole123 nintendo nirvana1 nopassword november november2024 october2024
operator p4ssw0rd p4ssword p@ssw0rd p@ssw0rd1 p@ssw0rd12 p@ssw0rd123 p@ssw0rd1234 p@ssw0rd12345 p@ssw0rd123456 p@ssword p@ssword1
p@ssword123 p@ssword1234 paradise passpass passpasspass passw0rd passw0rd1 passw0rd12 passw0rd123 passw0rd1234 passw0rd12345 passw0rd!
password password! password!! password!123 password0 password01 password1 password1! password10 password11 password111 password12 password12!
password123 password123! password1234 password1234! password12345 password123456 password1234567 password12345678 password123456789
password1234567890 password13 password2 password2020 password2021 password2022 password2023 password2024 password2025 password2026
password21 password22 password23 password3 password321 password4321 password5 password7 password77 password9 password99 password@123
password_123 passwordpassword passwordpassword1 passwort passwort123 passwort1234 passwort12345 patricia peaches1 pepper123 playboy1
pokemon1 pokemon123 pokemon12345 postgres postgres1234 precious president princess princess1 princess12 princess123 princess1234
princesa princess12345 professor q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 q1w2e3r4t5y6u7 qazwsx12 qazwsx123 qazwsx123456 qazwsxedc qazwsxedc123
qazwsxedcrfv qazxswedc qazxswedcvfr qqqqqqqq qqqqqqqqqqqq qwe123qwe qwe123qwe123 qweasd123 qweasdzxc qweasdzxc123 qweqweqwe qweqweqweqwe
qwer1234 qwer12345 qwer12345678 qwer1234qwer qwer4321 qwerasdf qwerasdfzxcv qwert123 qwert12345 qwert1234567 qwerty11 qwerty12 qwerty123
qwerty123! qwerty1234 qwerty12345 qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwerty1q2w3e qwertyqwerty qwertyqwerty1
qwertyu8 qwertyui qwertyuio qwertyuiop qwertyuiop1 qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiop12345 qwertyuiopasdf
qwertyuiopasdfgh qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm qwertz123456 qwertzuiop qwertzuiop12 rainbow1 ranger123 realmadrid
rebecca1 remember richard1 robert123 rockstar1 root1234 rootroot rootrootroot samantha samantha1 samsung1 samsung123 samsung12345
savannah scorpion scotland secret123 secret1234 secret123456 secretpassword secretsecret security security123 september shadow123
shannon1 sharkie1 simpsons slipknot smokey123 snickers snoopy123 soccer10 soccer123 soccer12345 softball spiderman spiderman1
spiderman123 spongebob spongebob1 standard starwars starwars1 starwars123 starwars1234 steelers stephanie strawberry summer123
summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 summer12345 sunflower sunshine sunshine1 sunshine12 sunshine123
sunshine1234 superman superman1 superman123 superman1234 superstar superuser superuser123 swordfish sysadmin sysadmin1234 tennis123
test1234 test12345 test123456 test12345678 test1234test testing1 testing123 testing12345 testtest testtest123 testtest1234 testtesttest
thomas123 thunder1 tigger123 tinkerbell titanic1 toyota123 trustno1 trustno12345 trustnoone twilight universal unknown1 user1234
user12345678 username username1234 valentina vanessa1 veronica victoria victoria1 victoria123 volleyball warcraft warcraft123 warrior1
welcome1 welcome12 welcome123 welcome123! welcome1234 welcome12345 welcome123456 welcome2020 welcome2021 welcome2022 welcome2023
welcome2024 welcome2025 welcome@123 welcomewelcome whatever whatever1 whatever123 whatever1234 whateveryouwant william1 winner123
winter2020 winter2021 winter2022 winter2023 winter2024 winter2025 wolfgang xbox360xbox yankees1 zaq12wsx zaq12wsxcde3 zaq1zaq1
zaq1xsw2 zaq1xsw2cde3 zxcvbnm1 zxcvbnm123 zxcvbnm12345 zxcvbnmasdfghjkl zxcvbnm,./ zxcvzxcv zxcvzxcvzxcv zzzzzzzz
correcthorsebatterystaple correcthorsebattery thisismypassword thisisapassword thisispassword iamthebest123 ihatepasswords
opensesame opensesame123 abracadabra abracadabra1 passphrase passphrase123 supersecret supersecret1 supersecret12 supersecret123
topsecret topsecret123 topsecret1234 changethis changethis123 changethispassword pleasechangeme qwerty!@#$%^ !@#$%^&* !@#$%^&*() 1!2@3#4$5%6^`;

const COMMON = new Set(WORDS.trim().split(/\s+/));

/** True for a password, in any case, that a guesser tries first. */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase();
  return COMMON.has(text) || new Set(text).size <= 2;
}
