#!/usr/bin/env python3
"""Trains the icon classifier: fetch icon sets, render, train, test, export.

Needs (pinned):  Python 3.11, Node's npm, Debian's apt-get and dpkg, and
  pip install torch==2.15.0 numpy==2.4.6 scipy pillow==13.0.0 resvg-py==0.5.0 \
              onnx==1.18.0 onnxruntime==1.31.1
Use:  icons.py fetch | render | sheet | train [STEPS [FROM.pt]] | export | test | all   (in an empty folder)


Training uses sets of line icons under MIT, ISC or Apache-2.0, and icons of desktop themes (LGPL/GPL/CC-BY-SA), none of
which is part of the network.  Three sets and four themes are kept out for testing.
"""
import io, json, os, re, subprocess, sys, time, glob, random, pickle
from collections import defaultdict, Counter
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SEED = 20240917
HI = 96                     # side of the stored renderings
# name: (npm package @ version, licence, role)
SETS = {
 "lucide":    ("lucide-static@1.62.0", "ISC", "train"),
 "tabler":    ("@tabler/icons@3.51.0", "MIT", "train"),
 "feather":   ("feather-icons@4.29.2", "MIT", "train"),
 "bootstrap": ("bootstrap-icons@1.13.2", "MIT", "train"),
 "material":  ("@material-design-icons/svg@0.14.15", "Apache-2.0", "train"),
 "remix":     ("remixicon@4.6.0", "Apache-2.0", "train"),
 "phosphor":  ("@phosphor-icons/core@2.1.1", "MIT", "train"),
 "iconoir":   ("iconoir@7.12.1", "MIT", "train"),
 "carbon":    ("@carbon/icons@11.89.0", "Apache-2.0", "train"),
 "ant":       ("@ant-design/icons-svg@4.6.0", "MIT", "train"),
 "octicons":  ("@primer/octicons@19.42.0", "MIT", "train"),
 "boxicons":  ("boxicons@2.1.4", "MIT (icons: MIT chosen of CC-BY-4.0/OFL-1.1/MIT)", "train"),
 "teenyicons":("teenyicons@0.4.1", "MIT", "train"),
 "jam":       ("jam-icons@2.0.0", "MIT", "train"),
 "fluent":    ("@fluentui/svg-icons@1.1.343", "MIT", "train"),
 "mynaui":    ("@mynaui/icons@0.4.11", "MIT", "train"),
 "pixelart":  ("pixelarticons@2.4.1", "MIT", "train"),
 "heroicons": ("heroicons@2.2.0", "MIT", "test"),
 "ionicons":  ("ionicons@8.1.0", "MIT", "test"),
 "eva":       ("eva-icons@1.1.3", "MIT", "test"),
}
DIRS = {
 "lucide":["lucide-static/icons"], "tabler":["@tabler/icons/icons/outline","@tabler/icons/icons/filled"],
 "feather":["feather-icons/dist/icons"], "bootstrap":["bootstrap-icons/icons"],
 "material":["@material-design-icons/svg/"+s for s in("filled","outlined","round","sharp","two-tone")],
 "remix":["remixicon/icons/*"], "phosphor":["@phosphor-icons/core/assets/"+s for s in("regular","fill","bold","thin","light","duotone")],
 "iconoir":["iconoir/icons/regular","iconoir/icons/solid"], "carbon":["@carbon/icons/svg/32"],
 "ant":["@ant-design/icons-svg/inline-svg/"+s for s in("outlined","filled","twotone")],
 "octicons":["@primer/octicons/build/svg"], "boxicons":["boxicons/svg/regular","boxicons/svg/solid","boxicons/svg/logos"],
 "teenyicons":["teenyicons/outline","teenyicons/solid"], "jam":["jam-icons/svg"],
 "fluent":["@fluentui/svg-icons/icons"], "mynaui":["@mynaui/icons/icons","@mynaui/icons/icons-solid"],
 "pixelart":["pixelarticons/svg"], "heroicons":["heroicons/24/outline","heroicons/24/solid","heroicons/16/solid"],
 "ionicons":["ionicons/dist/svg"], "eva":["eva-icons/outline/svg","eva-icons/fill/svg"],
}
# Desktop themes that are kept out for testing, and those that are learnt from, each with its package and folders.
THEMES = {"adwaita":("adwaita-icon-theme",["Adwaita"]), "breeze":("breeze-icon-theme",["breeze"]),
          "elementary-xfce":("elementary-xfce-icon-theme",["elementary-xfce"]), "yaru":("yaru-theme-icon",["Yaru"])}
LEARNT = {"papirus":("papirus-icon-theme",["Papirus"]), "oxygen":("oxygen-icon-theme",["oxygen"]), "mate":("mate-icon-theme",["mate"]),
          "tango":("tango-icon-theme",["Tango"]), "gnome":("gnome-icon-theme",["gnome"]), "moka":("moka-icon-theme",["Moka"]),
          "faba":("faba-icon-theme",["Faba"]), "faenza":("faenza-icon-theme",["Faenza"]), "numix":("numix-icon-theme",["Numix"]),
          "obsidian":("obsidian-icon-theme",["Obsidian"]), "lxde":("lxde-icon-theme",["nuoveXT2"]),
          "deepin":("deepin-icon-theme",["bloom","Sea"]), "mint-y":("mint-y-icons",["Mint-Y"]), "nuovo":("gnome-icon-theme-nuovo",["Nuovo"]),
          "human":("gnome-human-icon-theme",["gnome-human"])}

# concept | file names (set:name only in that set, -set:name not in that set, !name desktop themes only) | what people say
TABLE = """
trash|trash trash-2 trash-can trash-alt delete delete-outline delete-bin delete-bin-2 delete-bin-5 bin trashcan trash-simple trash-bin !edit-delete -lucide:delete -feather:delete -jam:delete -mynaui:delete -pixelart:delete -teenyicons:delete -carbon:delete|trash can, bin, delete, remove, garbage, rubbish, recycle bin, wastebasket
edit|edit pencil pen pencil-simple pencil-line create edit-2 edit-1 edit-alt edit-pencil mode-edit edit-square square-pen pencil-square note-pencil edit-box -phosphor:pen -iconoir:edit ionicons:create !document-edit -boxicons:edit-2|pencil, pen, write, modify, change, rename, compose
plus|plus add plus-lg plus-circle add-circle add-circle-outline circle-plus plus-small add-large plus-large !list-add|add, new, create, plus sign, more
minus|minus remove subtract subtract-large dash dash-lg minus-circle remove-circle remove-circle-outline circle-minus minus-small dash-circle subtract-circle subtract-alt -carbon:subtract-alt -material:remove-done -tabler:subtract -mynaui:subtract -lucide:remove !list-remove -bootstrap:subtract -phosphor:subtract -remix:subtract|subtract, less, minus sign, dash
close|close x xmark dismiss x-lg x-mark close-large x-circle close-circle circle-x xmark-circle dismiss-circle cancel-circle close-outline highlight-off -tabler:cancel -material:cancel-presentation -jam:cross -lucide:cross -phosphor:cross -tabler:cross -boxicons:cross -bootstrap:cross -remix:cross -teenyicons:cross -mynaui:cross -fluent:cross -eva:cross -carbon:cross !window-close|x, cross, cancel, dismiss, exit, clear, close window
check|check done checkmark tick check-lg check-circle circle-check checkmark-circle checkbox-circle check-circle-outline task-alt check-thick circle-tick tick-circle !emblem-ok !object-select !dialog-ok !dialog-ok-apply|check mark, tick, ok, done, confirm, accept, apply, yes
check-square|check-square checkbox checkbox-checked checkmark-square square-check check-box checked-box checkmark-square-2 check-square-outline -iconoir:checkbox -boxicons:checkbox -tabler:checkbox -pixelart:checkbox -fluent:checkbox|checked box, ticked check box, checkbox
search|search magnifier magnify magnifying-glass search-alt search-alt-2 search-2 !edit-find !system-search|magnifying glass, find, look up, lens, loupe
zoom-in|zoom-in magnifying-glass-plus search-plus magnifier-plus search-zoom-in magnify-plus eva:maximize|magnify, enlarge, magnifying glass with plus
zoom-out|zoom-out magnifying-glass-minus search-minus magnifier-minus search-zoom-out magnify-minus eva:minimize|magnifying glass with minus, make smaller
settings|settings setting gear cog gear-six settings-2 settings-3 settings-5 cog-6-tooth cog-8-tooth gear-fine settings-sharp cog-outline bootstrap:gear-wide -lucide:settings-2 -tabler:settings-2 -jam:settings-alt !emblem-system -jam:settings -pixelart:settings-2|gear, cog, cogwheel, preferences, options, configuration
sliders|sliders sliders-horizontal adjustments adjustments-horizontal adjustments-vertical tune equalizer options options-2 faders faders-horizontal sliders-vertical equalizer-2 equalizer-3 settings-adjust slider control slider-alt -material:equalizer -carbon:equalizer -fluent:options-2 -lucide:options -teenyicons:adjust-horizontal -carbon:slider -phosphor:control -tabler:control lucide:settings-2|sliders, adjust, tune, equalizer, mixer, filters
wrench|wrench build spanner tool -octicons:tools build-wrench -iconoir:tools -carbon:tool-kit -ant:build|spanner, tool, tools, repair, build, fix
home|home house home-2 home-simple house-door house-simple home-alt home-alt-2 home-line home-outline home-3 home-4 home-5 smart-home -boxicons:home-smile -tabler:home-2 -mynaui:home-smile !go-home|house, start page, main page, home page
menu|menu bars list-nested menu-2 bars-3 three-bars hamburger-menu hamburger text-align-justify reorder-three navicon -eva:navigation -phosphor:navigation -iconoir:navigation -feather:navigation -lucide:navigation -tabler:navigation -material:navigation -remix:navigation -fluent:text-align-justify -ionicons:navigation -jam:navigation -lucide:text-align-justify -lucide:hamburger -fluent:hamburger -phosphor:hamburger -material:hamburger -iconoir:hamburger -boxicons:menu-alt -carbon:hamburger phosphor:list -jam:menu -remix:menu-2 -mynaui:hamburger -pixelart:hamburger -remix:menu-3 -lucide:menu-square tabler:menu !open-menu !application-menu|hamburger menu, three lines, main menu, navigation menu, hamburger
dots-vertical|dots-vertical more-vert more-vertical ellipsis-vertical three-dots-vertical dots-three-vertical overflow-menu-vertical more-2 more-vert-outline dots-vertical-rounded more-v remix:more-2 !view-more|three dots, more, kebab menu, more options, vertical dots
dots-horizontal|dots-horizontal more-horiz more-horizontal ellipsis-horizontal ellipsis three-dots dots-three overflow-menu-horizontal dots dots-horizontal-rounded more-h meatballs octicons:kebab-horizontal remix:more fluent:more-horizontal ant:ellipsis !view-more-horizontal|three dots, more, ellipsis, more options, horizontal dots, overflow menu
grid|grid view-grid apps grid-3x3 grid-view layout-grid squares-2x2 grid-four grid-3x3-gap grid-3x2 grid-nine squares-four app-grid grid-alt grid-2 grid-outline view-module -material:apps-outage -remix:grid -bootstrap:app -fluent:grid-dots lucide:grid-2x2 appstore carbon:grid -material:grid-3x3 -remix:apps -tabler:grid-3x3 -bootstrap:grid-3x3 -lucide:grid-3x3 !view-grid !view-app-grid !view-list-icons|grid view, apps, tiles, squares, thumbnails, app launcher
list|list list-ul list-bullet list-unordered list-bulleted format-list-bulleted unordered-list text-bullet-list text-bullet-list-ltr list-dashes -phosphor:list -iconoir:list-select -carbon:list-boxes !view-list !view-list-text !view-list-details|bullet list, bulleted list, list view
list-ordered|list-ordered list-ol list-numbers list-numbered format-list-numbered ordered-list numbered-list text-number-list-ltr numbered-list-left|numbered list
arrow-left|arrow-left arrow-back arrow-circle-left arrow-left-circle circle-arrow-left arrow-long-left arrow-left-long arrow-small-left -mynaui:arrow-back arrow-narrow-left -tabler:arrow-back -boxicons:arrow-back -iconoir:arrow-back boxicons:left-arrow-alt !go-previous -material:arrow-left -eva:arrow-left -tabler:arrow-left-circle|left arrow, back, go back, previous
arrow-right|arrow-right arrow-forward arrow-circle-right arrow-right-circle circle-arrow-right arrow-long-right arrow-right-long arrow-small-right arrow-narrow-right -tabler:arrow-forward -fluent:arrow-forward -phosphor:arrow-forward boxicons:right-arrow-alt !go-next -material:arrow-right -eva:arrow-right -tabler:arrow-right-circle|right arrow, forward, next, go
arrow-up|arrow-up arrow-upward arrow-circle-up arrow-up-circle circle-arrow-up arrow-long-up arrow-up-long arrow-small-up arrow-narrow-up boxicons:up-arrow-alt !go-up -material:arrow-up -eva:arrow-up -tabler:arrow-up-circle|up arrow, go up, upward
arrow-down|arrow-down arrow-downward arrow-circle-down arrow-down-circle circle-arrow-down arrow-long-down arrow-down-long arrow-small-down arrow-narrow-down boxicons:down-arrow-alt !go-down -material:arrow-down -eva:arrow-down -tabler:arrow-down-circle|down arrow, go down, downward
chevron-left|chevron-left phosphor:caret-left angle-left navigate-before arrow-left-s chevron-back arrow-ios-back nav-arrow-left chevron-left-circle circle-chevron-left arrow-back-ios chevron-circle-left ant:left|left chevron, angle left, previous, back
chevron-right|chevron-right phosphor:caret-right angle-right navigate-next arrow-right-s chevron-forward arrow-ios-forward nav-arrow-right chevron-right-circle circle-chevron-right arrow-forward-ios chevron-circle-right ant:right|right chevron, angle right, next, expand
chevron-up|chevron-up phosphor:caret-up angle-up expand-less arrow-up-s arrow-ios-upward nav-arrow-up chevron-up-circle circle-chevron-up keyboard-arrow-up chevron-circle-up ant:up|up chevron, angle up, collapse
chevron-down|chevron-down phosphor:caret-down angle-down expand-more arrow-down-s arrow-ios-downward nav-arrow-down chevron-down-circle circle-chevron-down keyboard-arrow-down chevron-circle-down ant:down|down chevron, angle down, drop down, expand, dropdown
chevrons-left|chevrons-left chevron-double-left angle-double-left caret-double-left arrowhead-left keyboard-double-arrow-left double-left arrow-left-double chevron-left-double|double chevron left, double arrow left, first
chevrons-right|chevrons-right chevron-double-right angle-double-right caret-double-right arrowhead-right keyboard-double-arrow-right double-right arrow-right-double chevron-right-double double-arrow|double chevron right, double arrow right, last
triangle-down|caret-down caret-down-fill triangle-down arrow-drop-down arrow-down-drop caret-sort-down -phosphor:caret-down -mynaui:caret-down -teenyicons:down ant:caret-down -lucide:triangle-down !pan-down|down triangle, dropdown arrow, drop-down
triangle-up|caret-up triangle-up arrow-drop-up caret-sort-up -phosphor:caret-up -mynaui:caret-up !pan-up|up triangle
triangle-left|caret-left triangle-left arrow-left-drop caret-back material:arrow-left -phosphor:caret-left !pan-start|left triangle
undo|undo arrow-undo arrow-go-back edit-undo undo-2 arrow-back-up arrow-u-up-left arrow-uturn-left undo-left u-turn-left -ant:undo|undo, revert, take back, step back
redo|redo arrow-redo arrow-go-forward redo-2 arrow-forward-up arrow-u-up-right arrow-uturn-right redo-right -ant:redo|redo, repeat last action, step forward
refresh|refresh sync reload arrow-clockwise refresh-cw rotate-cw arrows-clockwise arrow-repeat autorenew renew arrow-path loop-right refresh-2 arrow-sync sync-outline cached refresh-circle reload-circle sync-circle restart rotate-clockwise rotate-right arrow-rotate-clockwise -material:rotate-right -carbon:rotate-clockwise !view-refresh -ant:rotate-right|reload, sync, synchronize, update, circular arrows, rotate, rotate right, restart
rotate-ccw|rotate-ccw arrow-counterclockwise arrow-counter-clockwise rotate-left rotate-counterclockwise rotate-2 reset replay refresh-counterclockwise -tabler:rotate-2 -lucide:rotate-2 -carbon:rotate-counterclockwise -iconoir:restart -lucide:replay -ant:rotate-left|rotate left, reset, replay, start over, counterclockwise
repeat|repeat repeat-all repeat-2 arrow-repeat-all -ant:retweet -boxicons:repost|loop, repeat all, play again
download|download arrow-down-tray download-simple download-alt tray-arrow-down download-2 arrow-download get-app file-download download-minimalistic -material:file-download-off -remix:file-download -tabler:file-download -bootstrap:file-arrow-down -ant:file-download -phosphor:file-download -teenyicons:download-2 -iconoir:file-download|download, save to disk, arrow into tray
upload|upload arrow-up-tray upload-simple upload-2 arrow-upload tray-arrow-up file-upload -remix:file-upload -tabler:file-upload|upload, arrow out of tray, send up
cloud-download|cloud-download cloud-arrow-down download-cloud cloud-download-alt download-cloud-2|download from the cloud
cloud-upload|cloud-upload cloud-arrow-up upload-cloud cloud-upload-alt backup upload-cloud-2|upload to the cloud, backup
cloud|cloud cloud-queue weather-cloudy cloudy cloud-outline -remix:cloudy -lucide:cloudy -ionicons:cloudy -tabler:cloudy|cloud, cloudy, online storage
save|save floppy floppy-disk device-floppy save-2 save-3 floppy2 save-floppy-disk !document-save !media-floppy|floppy disk, diskette, store, save file
folder|folder folder-simple folder-2 folder-3 folder2 file-directory folder-outline !folder !inode-directory|directory, map, file folder
folder-open|folder-open folder-opened folder2-open folder-open-outline file-directory-open-fill !folder-open !document-open|open folder, open, open directory
folder-plus|folder-plus folder-add create-new-folder folder-simple-plus folder-new new-folder|new folder, create folder
file|file file-earmark insert-drive-file document page file-2 file-blank empty-page file-outline -carbon:document -material:document -eva:file-text -boxicons:file-2 -iconoir:page -lucide:file-2 carbon:document-blank !empty|document, blank page, sheet of paper, paper
file-text|file-text file-earmark-text document-text file-lines article description text-snippet file-alt file-document file-list-2 file-list carbon:document iconoir:page fluent:document-text -tabler:article -lucide:article !text-x-generic !x-office-document|document, text file, text document, page with text, notes, report
file-plus|file-plus file-add note-add file-earmark-plus document-add document-plus new-file file-new page-plus file-plus-2 !document-new|new file, new document, create file
copy|copy content-copy copy-simple duplicate document-duplicate file-copy square-2-stack files copy-outline -tabler:files -bootstrap:files -boxicons:duplicate -carbon:document-multiple !edit-copy|copy, duplicate, two sheets
clipboard|clipboard content-paste clipboard-paste paste clipboard-outline clipboard-text clipboard-list clipboard-document clipboard-document-list assignment carbon:paste -remix:clipboard-text !edit-paste|paste, clipboard, insert from clipboard
cut|cut content-cut scissors scissors-2 cutter scissor !edit-cut|scissors, cut
print|print printer printer-2 print-outline !document-print|printer, print out
share|share-2 share-network share-variant share-alt share-nodes share-social phosphor:share-network material:share bootstrap:share tabler:share eva:share remix:share heroicons:share ant:share-alt boxicons:share-alt carbon:share lucide:share-2 mynaui:share jam:share-alt -carbon:share-knowledge -iconoir:share-2 iconoir:share-android fluent:share-android -bootstrap:share-2 -tabler:share-2 -boxicons:share-2 -remix:share-2 -ant:share|share, connect, social, send to others
external-link|external-link open-in-new launch arrow-up-right-from-square box-arrow-up-right link-external arrow-square-out arrow-top-right-on-square square-arrow-out-up-right open-new-window open boxicons:link-external fluent:open|open in new window, open link, pop out, launch
link|link insert-link link-2 link-simple link-variant link-45deg link-m hyperlink link-alt -teenyicons:link-remove !insert-link|chain, hyperlink, web address, url
unlink|unlink link-off link-slash link-break unlink-2 link-unlink link-unlink-m link-simple-break broken-link|broken chain, remove link
attach|attachment paperclip attach attach-file attach-2 attachment-2 paper-clip paperclip-horizontal attachment-line !mail-attachment|paperclip, clip, attachment
mail|mail email envelope envelope-simple mail-outline envelope-alt -remix:mail-open -jam:message !mail-unread !mail-message|envelope, email, letter, message, e-mail
mail-open|mail-open envelope-open drafts email-open mail-opened mail-read envelope-simple-open mail-open-outline !mail-read|open envelope, opened letter, read mail
send|send paper-plane send-2 send-plane send-plane-2 paper-plane-tilt paper-airplane send-1 paper-plane-right send-alt send-diagonal send-horizontal -tabler:send-2 !mail-send|paper plane, paper airplane, submit, send message
inbox|inbox tray move-to-inbox file-tray mail-inbox -material:move-to-inbox -ionicons:tray|inbox, tray, in tray, incoming mail
reply|reply arrow-reply mail-reply reply-outline -tabler:reply !mail-reply-sender|reply, answer, respond
chat|chat message comment chat-bubble message-square message-circle chatbubble chatbox chat-left chat-round chat-circle chat-bubble-left chat-square message-2 chat-3 chat-1 chat-4 message-rounded message-alt chat-teardrop chat-centered mode-comment chat-bubble-outline chat-bubble-oval-left chat-bubble-empty chat-text chat-dots chat-left-text chat-square-text message-dots message-circle-dots message-square-text message-text chat-circle-dots chat-circle-text chat-bubble-oval-left-ellipsis chat-bubble-left-ellipsis chat-bubble-bottom-center-text chat-bubble-bottom-center chatbubble-ellipses chatbox-ellipses -jam:message -iconoir:message -fluent:chat-24 -teenyicons:chat message-outlined|speech bubble, comment, message, chat bubble, talk, conversation
phone|phone call telephone local-phone phone-outline phone-call -fluent:phone -mynaui:mobile -teenyicons:phone -octicons:device-mobile -feather:phone-call -lucide:phone-call -eva:phone-call remix:phone !call-start -bootstrap:phone -jam:phone -pixelart:phone|telephone, call, handset, dial
video|video videocam video-camera camera-video -remix:video -ant:video remix:vidicon !camera-video|video camera, camcorder, video call
video-off|video-off videocam-off video-slash camera-video-off video-camera-slash video-camera-off -remix:video-off|video off, camera off, stop video
camera|camera photo-camera camera-alt camera-outline photo-camera-outline -material:camera -boxicons:camera-movie !camera-photo !camera|photo camera, take a picture, photograph
image|image photo insert-photo picture image-outline media-image image-2 image-square -boxicons:image-alt -material:photo -ant:image !image-x-generic !insert-image|picture, photo, photograph, gallery, landscape
mic|mic microphone mic-none mic-outline !audio-input-microphone|microphone, record voice, dictation, voice
mic-off|mic-off microphone-slash microphone-off mic-mute mic-slash microphone-mute -iconoir:mic-mute !microphone-sensitivity-muted|microphone off, mute microphone, muted
volume-high|volume-up volume-2 speaker-high speaker-wave volume-high sound-high volume-full speaker-2 speaker-wave-2 speaker-wave-3 unmute remix:volume-up tabler:volume volume-max jam:volume-up carbon:volume-up lucide:volume-2 ant:sound -bootstrap:speaker -phosphor:speaker -mynaui:speaker -fluent:speaker-24 iconoir:sound-high -tabler:volume-2 !audio-volume-high -remix:speaker-2 -fluent:speaker-off|speaker, sound, volume, audio, loud, volume up
volume-mute|volume-mute volume-off volume-x speaker-slash speaker-x-mark speaker-x mute speaker-off volume-slash sound-off volume-3 speaker-mute -lucide:volume -feather:volume tabler:volume-3 -jam:volume-mute -ionicons:volume-off -eva:volume-mute !audio-volume-muted|mute, muted, sound off, silent, speaker crossed out
play|play play-arrow player-play play-circle circle-play play-circle-outline play-circle-filled play-outline triangle-right caret-forward arrow-right-drop play-large -lucide:triangle-right -bootstrap:play-btn !media-playback-start !pan-end|play, triangle, start, run, play button
pause|pause player-pause pause-circle pause-circle-outline circle-pause pause-large pause-circle-filled !media-playback-pause|pause, two bars, hold
stop|stop player-stop stop-circle circle-stop stop-large -ant:stop -tabler:stop !media-playback-stop -octicons:stop|stop, filled square, end
record|record player-record record-circle fiber-manual-record radio-button-on radio-button-checked radio-button circle-dot -carbon:record -lucide:disc !media-record -mynaui:record|record, recording, filled dot, radio button
skip-next|skip-next skip-forward step-forward player-skip-forward skip-end play-skip-forward skip-forward-mini next -carbon:skip-forward -fluent:skip-forward-10 boxicons:skip-next jam:step-forward ant:step-forward -jam:next iconoir:skip-next fluent:next !media-skip-forward -carbon:next|next track, skip, next, skip forward
skip-prev|skip-previous skip-back step-backward player-skip-back skip-start play-skip-back skip-back-mini previous fluent:previous carbon:skip-back iconoir:skip-prev !media-skip-backward -carbon:previous|previous track, skip back, previous
fast-forward|fast-forward player-track-next play-forward rewind-right ant:fast-forward heroicons:forward remix:speed jam:forward boxicons:fast-forward !media-seek-forward|fast forward, wind forward
rewind|rewind fast-rewind player-track-prev play-back rewind-left heroicons:backward remix:rewind jam:backward boxicons:rewind ant:fast-backward !media-seek-backward|rewind, wind back
shuffle|shuffle random shuffle-2 arrows-shuffle arrow-shuffle shuffle-simple -jam:random !media-playlist-shuffle|shuffle, random order, crossed arrows
music|music music-note musical-note music-note-beamed musical-notes music-notes music-2 music-note-2 audiotrack music-note-1 music-note-simple music-notes-simple music-double-note -bootstrap:music-note-list !audio-x-generic|music note, song, tune, audio
headphones|headphones headphone headset headphones-simple -remix:headphones-2 headset-mic !audio-headphones|headphones, headset, listen
user|user person account profile user-2 user-3 user-circle person-circle account-circle circle-user profile-circle user-round circle-user-round user-avatar person-outline -remix:account-box -bootstrap:person-square -boxicons:user-pin -carbon:user-profile -ant:profile -octicons:project !avatar-default -phosphor:person|person, account, profile, avatar, people, me
users|users people group user-group users-three users-group user-multiple team group-outline -bootstrap:group -tabler:user-group -phosphor:users-four -ant:group -fluent:group -carbon:group -lucide:group|people, group, team, persons, contacts
user-plus|user-plus person-add user-add person-plus account-plus user-follow user-round-plus|add user, add person, invite, new contact
log-in|log-in login box-arrow-in-right sign-in arrow-right-end-on-rectangle login-box enter|sign in, enter, log in, door with arrow in
log-out|log-out logout box-arrow-right sign-out logout-box logout-box-r exit-to-app arrow-right-start-on-rectangle arrow-right-on-rectangle sign-out-alt exit !system-log-out|sign out, exit, leave, log out, quit
lock|lock lock-closed lock-outline locked lock-2 lock-simple lock-password lock-alt padlock !object-locked|padlock, locked, secure, private
unlock|unlock lock-open lock-open-outline unlocked lock-unlock lock-simple-open padlock-open lock-open-alt padlock-alt-open !object-unlocked|open padlock, unlocked, open lock
key|key vpn-key key-2 key-outline key-round -material:key-off -fluent:key-24 -carbon:password -remix:key-3|key, password, access
shield|shield security shield-outline -bootstrap:shield-shaded -material:security !security-high|shield, protection, security, safe
shield-check|shield-check verified-user shield-checkmark gpp-good shield-tick boxicons:check-shield|protected, security ok, verified
eye|eye visibility view show eye-alt eye-2 remove-red-eye eye-open -carbon:show -boxicons:show-alt boxicons:show !view-visible|eye, show, visible, view, preview, watch
eye-off|eye-off visibility-off eye-slash view-off hide eye-invisible eye-off-2 -phosphor:eye-closed !view-hidden|crossed out eye, hide, hidden, invisible
bell|bell notifications notification bell-outline notifications-none notification-2 notification-3 bell-simple remix:notification -tabler:notification -jam:notification -ant:notification -bootstrap:notification !notifications -phosphor:notification -boxicons:notification -mynaui:notification -teenyicons:notification fluent:alert|bell, notifications, alerts, ring, reminder
bell-off|bell-off bell-slash notifications-off notification-off bell-simple-slash !notifications-disabled|notifications off, silent, do not disturb
calendar|calendar calendar-month event calendar-blank calendar-today calendar-days calendar-2 calendar-3 calendar-4 calendar-event calendar-number calendar-outline date-range calendar-alt calendar-clear today calendar-ltr -octicons:event -carbon:event -lucide:event !x-office-calendar !view-calendar !office-calendar|date, calendar, schedule, month, agenda
clock|clock time schedule access-time clock-outline time-five clock-circle query-builder access-time-filled clock-3 clock-4 clock-5 remix:time carbon:time ionicons:time boxicons:time -bootstrap:time -material:time -remix:time-zone !clock|clock, time, hour, watch face
alarm|alarm alarm-clock access-alarm alarm-outline -carbon:alarm-subtract !alarm-symbolic|alarm clock, wake up
timer|timer stopwatch timer-outline chronometer -fluent:timer-2|stop watch, stopwatch, countdown
history|history clock-history clock-counter-clockwise clock-rotate-left counterclockwise-clock -iconoir:clock-rotate-right material:restore|history, recent, earlier, past versions
hourglass|hourglass hourglass-empty hourglass-full hourglass-split hourglass-medium hourglass-high hourglass-low sand-clock|hourglass, wait, loading, sand timer
star|star star-outline star-border grade -material:star -material:grade|star, favourite, rate, rating, outline star
star-filled|star-filled star|filled star, favourite, starred, rated
heart|heart favorite heart-outline favorite-border heart-straight -remix:hearts !love|heart, like, love, favourite
bookmark|bookmark bookmark-outline bookmark-border bookmark-simple turned-in turned-in-not -remix:bookmark-2|bookmark, save for later, ribbon
flag|flag flag-2 flag-outline outlined-flag -boxicons:flag-alt|flag, report, mark
tag|tag label tag-outline price-tag price-tag-3 tag-simple pricetag local-offer sell purchase-tag purchase-tag-alt -carbon:label -material:label -tabler:label -lucide:tags -phosphor:label !tag -material:tag|label, price tag, tag
pin|pin pushpin thumbtack push-pin pin-angle pushpin-2 pushpin-line -eva:pin -jam:pin -remix:map-pin -tabler:pinned tabler:pin -teenyicons:pin !view-pin !window-pin -material:pin|push pin, pin, thumbtack, keep
thumbs-up|thumbs-up thumb-up hand-thumbs-up like hand-thumb-up thumb-up-outline fluent:thumb-like boxicons:like octicons:thumbsup|like, thumb up, approve, good
thumbs-down|thumbs-down thumb-down hand-thumbs-down dislike hand-thumb-down fluent:thumb-dislike octicons:thumbsdown -remix:dislike|dislike, thumb down, bad
info|info information info-circle information-circle circle-info info-circle-outline info-outline -bootstrap:info-lg -carbon:information-square -tabler:info-small !dialog-information|information, letter i in a circle, about, details
help|help help-circle question-circle circle-help circle-question question-mark-circle help-outline question question-mark help-question circle-question-mark !dialog-question|question mark, help, support
warning|warning alert-triangle exclamation-triangle triangle-alert warning-alt warning-triangle alert triangle-exclamation -carbon:warning -ionicons:alert -pixelart:alert -ant:alert -mynaui:alert -teenyicons:alert -material:notification-important material:report-problem boxicons:error !dialog-warning -jam:warning -fluent:alert|warning triangle, caution, exclamation mark, attention
alert-circle|alert-circle exclamation-circle circle-alert error-warning warning-circle error-circle error-outline material:error carbon:warning boxicons:error-circle ionicons:alert-circle iconoir:warning-circle -carbon:error|error, exclamation mark in a circle, alert, important
ban|ban block prohibit no-symbol circle-slash slash-circle forbid-2 not-allowed do-not-disturb-alt boxicons:block ant:stop -remix:forbid -tabler:circle-off prohibited iconoir:prohibition -bootstrap:slash-circle bootstrap:ban -phosphor:prohibit-inset -ant:block|forbidden, block, no entry, prohibited
filter|funnel filter-alt filter -bootstrap:filter -ionicons:filter -octicons:filter -material:filter -phosphor:funnel-simple -fluent:filter -boxicons:filter boxicons:filter-alt -iconoir:filter-alt -remix:filter-2 !view-filter !filter -teenyicons:filter -mynaui:filter|funnel, filter
filter-lines|filter-list list-filter funnel-simple bootstrap:filter ionicons:filter octicons:filter fluent:filter material:sort -iconoir:filter-list bootstrap:filter-circle boxicons:filter teenyicons:filter mynaui:filter|filter list, sort, shrinking lines
sort|sort sort-ascending sort-descending arrows-sort sort-down sort-up arrow-down-wide-narrow arrow-up-narrow-wide bars-arrow-down bars-arrow-up sort-asc sort-desc arrow-sort arrow-up-down arrows-down-up swap-vert swap-vertical arrows-up-down arrow-down-up arrow-sort-down-lines arrow-sort-up-lines -material:sort -carbon:arrows-vertical -bootstrap:sort-down-alt -boxicons:sort -octicons:arrow-both !view-sort-ascending !view-sort-descending|sort, order, arrange, ascending, descending
maximize|maximize maximize-2 fullscreen expand arrows-fullscreen corners-out arrows-out arrows-maximize arrow-expand screen-full arrows-pointing-out full-screen-maximize full-screen fullscreen-outline expand-diagonal arrows-expand expand-alt open-in-full -boxicons:expand boxicons:fullscreen -bootstrap:arrows-expand octicons:screen-full fluent:full-screen-maximize -fluent:maximize -fluent:expand carbon:maximize -ant:expand ant:fullscreen !view-fullscreen -eva:maximize -material:maximize -material:expand|full screen, enlarge, expand, fullscreen
minimize|minimize minimize-2 fullscreen-exit corners-in arrows-in arrows-minimize fullscreen-exit-outline arrows-pointing-in full-screen-minimize screen-normal compress collapse-diagonal shrink exit-fullscreen close-fullscreen arrows-angle-contract -material:minimize -tabler:collapse -bootstrap:arrows-collapse -teenyicons:minimise -ant:compress carbon:minimize ant:fullscreen-exit !view-restore -eva:minimize ionicons:contract heroicons:arrows-pointing-in -material:compress|exit full screen, shrink, collapse, leave fullscreen
window-restore|window-restore restore-window window-multiple -carbon:restore square-multiple boxicons:windows -fluent:window-multiple browsers -ionicons:browsers -phosphor:browsers|restore window, two windows
move|move arrows-move drag-move open-with arrows-out-cardinal all-directions drag-pan arrow-move carbon:move -iconoir:drag boxicons:move -material:drag-pan ant:drag -jam:move|move, drag, four arrows, pan
drag-handle|grip-vertical drag-indicator dots-six-vertical drag-vertical draggable grabber re-order-dots-vertical grip carbon:draggable -lucide:grip boxicons:grid-vertical -carbon:drag-vertical -iconoir:drag-hand-gesture teenyicons:drag-vertical -boxicons:drag-vertical|drag handle, grip, six dots
crop|crop crop-outline -tabler:crop-16|crop, cut to size, trim picture
brush|brush paint-brush paintbrush paint-brush-outline -teenyicons:paintbrush|paint brush, paint, draw
palette|palette color-palette color-lens palette-outline paint-palette fluent:color|palette, colours, colors, painting, theme
paint-bucket|paint-bucket format-color-fill bucket color-fill paint-fill paint-bucket-outline boxicons:color-fill -material:format-paint -phosphor:paint -jam:bucket -remix:paint ant:bg-colors ionicons:color -tabler:bucket -bootstrap:bucket|fill, paint bucket, fill colour, bucket
eyedropper|eyedropper pipette colorize color-picker dropper eye-dropper iconoir:color-picker !color-picker !color-select|colour picker, pipette, pick colour
eraser|eraser erase eraser-outline remix:eraser iconoir:erase -ant:clear -material:ink-eraser !draw-eraser|eraser, rubber, erase
text|type text-t text-fields text title text-size text-font typography font-size text-aa -eva:text -bootstrap:text-left bootstrap:type -jam:text fluent:text-t -octicons:typography -lucide:text -lucide:case-sensitive remix:text -teenyicons:text -carbon:text-font -mynaui:type !insert-text !draw-text|text, letter T, font, type, add text
bold|bold format-bold type-bold text-b text-bold text-bolder !format-text-bold|bold, letter B, strong, thick text
italic|italic format-italic type-italic text-italic !format-text-italic|italic, slanted, letter I, emphasis
underline|underline format-underline format-underlined type-underline text-underline !format-text-underline|underline, underlined, letter U
strikethrough|strikethrough format-strikethrough type-strikethrough text-strikethrough strikethrough-s strike-through strike -remix:strikethrough-2 -mynaui:strike !format-text-strikethrough|strikethrough, crossed out text, letter S
align-left|align-left format-align-left text-left text-align-left align-text-left -bootstrap:align-start -phosphor:align-left -tabler:align-box-left -fluent:align-left -carbon:align-horizontal-left -bootstrap:align-left -remix:align-item-left !format-justify-left -teenyicons:align-left -mynaui:align-left|align left, left aligned text
align-center|align-center format-align-center text-center text-align-center align-text-center -phosphor:align-center -bootstrap:align-center -octicons:align-center !format-justify-center -teenyicons:align-center -mynaui:align-center -fluent:align-center|center, centre, centred text
align-right|align-right format-align-right text-right text-align-right align-text-right -phosphor:align-right -fluent:align-right -bootstrap:align-right !format-justify-right -teenyicons:align-right -mynaui:align-right|align right, right aligned text
align-justify|align-justify format-align-justify justify text-align-justify align-justified text-justify boxicons:align-justify -feather:align-justify !format-justify-fill|justify, justified text, block text
code|code code-slash code-tags code-simple code-alt carbon:code code-bracket code-s code-s-slash -boxicons:code-block -bootstrap:code-square fluent:code !format-text-code|code, source code, angle brackets, programming
terminal|terminal console terminal-2 command-line terminal-window terminal-box window-console terminal-square square-terminal -carbon:terminal-3270 -ant:console !utilities-terminal !terminal|command line, console, shell, prompt
bug|bug bug-report bug-outline bug-2 bug-ant bug-beetle debug carbon:debug|bug, beetle, insect, debug, report problem
git-branch|git-branch branch source-branch code-branch carbon:branch fluent:branch !vcs-branch|branch, fork, version control
database|database data-base database-outline circle-stack database-2 carbon:data-base !server-database ionicons:server|database, cylinder, storage, data
server|server dns hdd-stack server-stack server-outline server-2 hdd-rack hard-drives -eva:hard-drive carbon:bare-metal-server -fluent:server -carbon:server-dns -carbon:dns -ionicons:server|server, rack, hosting
cpu|cpu microchip processor chip memory cpu-chip hardware-chip carbon:chip -phosphor:memory -lucide:memory -bootstrap:memory -fluent:memory -boxicons:memory-card boxicons:chip !cpu|processor, chip, microchip
wifi|wifi wifi-high -bootstrap:wifi-2 -fluent:wifi-2 fluent:wifi-1 -material:network-wifi !network-wireless|wi-fi, wireless, wlan, network
wifi-off|wifi-off wifi-slash wifi-x signal-wifi-off|no wi-fi, wireless off, offline
bluetooth|bluetooth bluetooth-outline !bluetooth !preferences-system-bluetooth !bluetooth-active|bluetooth
battery|battery battery-full battery-high battery-half battery-medium battery-low battery-empty battery-1 battery-2 battery-3 battery-4 battery-100 battery-50 battery-0 battery-dead battery-std battery-quarter !battery-full !battery-good|battery, charge level, power level
battery-charging|battery-charging battery-charge battery-charging-full charging -carbon:charging-station battery-charging-horizontal !battery-full-charging|charging, battery with bolt
signal|signal cellular antenna-bars-5 cell-signal-full reception-4 signal-cellular-alt signal-cellular-4-bar cellular-data-1 cell-signal-high signal-strength -heroicons:signal -boxicons:signal-5 -remix:signal-tower -jam:signal ionicons:cellular -teenyicons:signal !network-cellular-signal-excellent|signal strength, mobile signal, reception, bars
power|power power-settings-new shut-down power-off shutdown power-button -carbon:power power-outline -jam:power ant:poweroff !system-shutdown -material:power -lucide:power-off -material:power-off|power button, shut down, turn off, switch on
plug|plug power-plug plug-2 plug-outline plug-disconnected -fluent:plug-connected -remix:plug-2 material:power|plug, power plug, electricity
sun|sun light-mode sunny wb-sunny brightness-high sun-light weather-sunny light -fluent:brightness-high -phosphor:light -lucide:light brightness-up !weather-clear !brightness|sun, light mode, brightness, day, sunny
moon|moon dark-mode bedtime half-moon nightlight asleep fluent:weather-moon -carbon:moon remix:moon-clear iconoir:half-moon carbon:asleep !weather-clear-night|moon, dark mode, night, night mode
globe|globe earth public world global globe-2 globe-simple globe-alt globe-hemisphere-west globe-americas globe-europe-africa globe-asia-australia boxicons:world boxicons:globe ant:global remix:global -phosphor:globe-stand -heroicons:language -lucide:earth-lock !internet-web-browser material:language iconoir:language|globe, world, web, internet, earth, language
map|map map-2 map-trifold map-outline -remix:map-2|map, folded map
map-pin|map-pin map-pin-2 location location-on place geo-alt marker room map-marker location-pin map-marker-outline jam:map-marker eva:pin tabler:map-pin ant:environment -bootstrap:pin-map -boxicons:location-plus boxicons:map iconoir:map-pin ionicons:location -material:location -teenyicons:location -tabler:location !mark-location|location, map pin, marker, place, address, position
compass|compass explore compass-3 compass-outline fluent:compass-northwest|compass, explore, browse, directions
cart|cart shopping-cart shopping-cart-outline cart-shopping shopping-cart-2 shopping-cart-simple cart-2 cart3 cart2|shopping cart, trolley, basket, buy
bag|shopping-bag bag shopping-bag-2 shopping-bag-3 bag-handle shopping local-mall shopping-bag-outline ant:shopping -tabler:shopping -remix:handbag -carbon:bag|shopping bag, shop, purchase
credit-card|credit-card card payment bank-card credit-card-outline credit-card-2-front credit-card-front bank-card-2 fluent:payment carbon:purchase -phosphor:cards -pixelart:card|credit card, payment, bank card, pay
wallet|wallet account-balance-wallet wallet-outline -bootstrap:wallet-fill|wallet, purse, money
gift|gift card-giftcard gift-outline present|gift, present, reward
briefcase|briefcase work business-center briefcase-outline briefcase-alt work-outline carbon:portfolio|briefcase, work, business, job, suitcase
building|building apartment office-building business building-2 building-office -remix:building-4 location-city|building, office, company
book|book book-2 journal -iconoir:journal -bootstrap:book -carbon:book -remix:book-3 -octicons:book !accessories-dictionary|book, notebook, manual
book-open|book-open menu-book open-book book-open-outline bootstrap:book carbon:book octicons:book ant:read|open book, read, reading
bar-chart|bar-chart chart-bar bar-chart-2 chart-column bar-chart-line chart-bar-outline bar-chart-outline bar-chart-4 bar-chart-alt-2 bar-chart-alt chart-no-axes-column -lucide:chart-bar data-bar-vertical equalizer carbon:chart-column -remix:equalizer -phosphor:equalizer -carbon:equalizer -tabler:equalizer -iconoir:equalizer !office-chart-bar|bar chart, statistics, column chart, graph, analytics
line-chart|line-chart chart-line show-chart graph-up chart-line-up chart-line-outline trending-up line-chart-outline data-trending stat-up trending-up-outline -iconoir:stat-up !office-chart-line|line chart, trend, graph, growth
pie-chart|pie-chart chart-pie chart-pie-slice chart-donut pie-chart-2 pie-chart-outline chart-pie-2 data-pie boxicons:pie-chart-alt !office-chart-pie|pie chart, share chart
table|table table-chart grid-on table-outline table-2 table-cells border-all -ionicons:grid -remix:table-alt !table !insert-table !view-form-table|table, spreadsheet, cells
columns|columns view-column view-columns layout-columns two-columns columns-2 layout-column layout-split column -carbon:column -tabler:columns -bootstrap:columns -remix:column|columns, split view, side by side
sidebar|sidebar layout-sidebar panel-left sidebar-simple dock-left side-bar -iconoir:sidebar-expand boxicons:dock-left -bootstrap:layout-sidebar-inset -octicons:sidebar-collapse|side bar, side panel, left panel
layout|layout template view-quilt dashboard layout-2 -tabler:dashboard -ant:dashboard -carbon:dashboard -jam:dashboard -iconoir:dashboard -carbon:template -remix:layout|layout, dashboard, panels, page layout
layers|layers stack layers-outline square-3-stack-3d -iconoir:stack -octicons:stack stack-2 boxicons:layer -tabler:stack -fluent:stack -fluent:layer layer|layers, stack
archive|archive archive-outline archive-box inventory-2 box-archive -remix:archive-2 !mail-archive|archive, archive box, store away
package|package box box-seam boxicons:package remix:box-3 jam:box -iconoir:box -fluent:box -pixelart:box !package-x-generic|package, parcel, box
cube|cube cube-outline 3d-cube|cube, 3d, block
lightbulb|lightbulb bulb lightbulb-outline light-bulb carbon:idea emoji-objects light-bulb-on -iconoir:light-bulb|light bulb, idea, hint, tip, lamp
bolt|bolt zap lightning flash lightning-charge flash-on lightning-bolt thunderbolt flash-outline electric-bolt -carbon:lightning carbon:flash -jam:thunder jam:bolt -jam:flash -carbon:bolt -lucide:bolt|lightning bolt, flash, zap, electricity, fast
rocket|rocket rocket-launch rocket-2 rocket-outline|rocket, launch, start, boost
fire|fire flame local-fire-department whatshot fire-outline|fire, flame, hot, popular
desktop|desktop monitor display computer desktop-windows computer-desktop screen device-desktop monitor-outline -bootstrap:pc-display -lucide:computer -fluent:desktop-24 -carbon:desktop -phosphor:screencast !video-display !computer|monitor, screen, display, computer, desktop
laptop|laptop laptop-mac laptop-outline device-laptop laptop-windows laptop-chromebook !computer-laptop|laptop, notebook, portable computer
smartphone|smartphone phone-android mobile device-mobile phone-portrait phone-iphone stay-current-portrait mobile-phone device-phone-mobile smartphone-device fluent:phone teenyicons:mobile -remix:cellphone !phone !smartphone bootstrap:phone jam:phone|mobile phone, cell phone, smartphone, mobile
keyboard|keyboard keyboard-outline -material:keyboard-alt !input-keyboard|keyboard, keys, type
mouse|mouse computer-mouse -boxicons:mouse-alt !input-mouse|computer mouse
cursor|cursor mouse-pointer pointer cursor-default mouse-pointer-2 cursor-pointer cursor-arrow -boxicons:pointer -boxicons:cursor -lucide:pointer -lucide:mouse-pointer-click -bootstrap:cursor carbon:cursor-1 -mynaui:pointer -fluent:cursor !edit-select|mouse pointer, arrow pointer, select, cursor
gamepad|gamepad game-controller controller videogame-asset sports-esports gamepad-2 device-gamepad device-gamepad-2 xbox-controller -carbon:game-console !input-gaming|game controller, games, joypad
target|target crosshair bullseye crosshairs gps-fixed my-location current-location focus-3 aim -lucide:goal -carbon:center-circle -remix:crosshair-2 track-changes|target, aim, crosshair, my location, bullseye
qr-code|qr-code qrcode qr-code-2 qr-code-line|qr code, scan code
smile|smile mood emoji-smile smiley face-smile smiling-face happy mood-smile emotion-happy emotion emoji sentiment-satisfied sentiment-satisfied-alt face-satisfied happy-outline smiley-outline -fluent:emoji-24 boxicons:smile -remix:emotion-laugh emoji-emotions insert-emoticon !face-smile !smiley|smiley, emoji, happy face, smiling face
calculator|calculator calculate !accessories-calculator|calculator, calculate, sums
dollar|dollar currency-dollar attach-money dollar-sign money-dollar-circle dollar-circle currency-circle-dollar boxicons:dollar-circle monetization-on circle-dollar-sign -fluent:currency-dollar-rupee -carbon:currency-dollar carbon:currency|dollar, money, price, currency
percent|percent percentage percent-outline -ant:percentage|percent, discount
hash|hash hashtag hash-straight -carbon:hashtag -ionicons:hash|hash, hashtag, number sign, pound sign
at|at at-sign at-line at-symbol alternate-email mention fluent:mention at-outline octicons:mention|at sign, mention, email address
translate|translate languages g-translate translate-2 language boxicons:translate -material:language -eva:language ionicons:language heroicons:language -fluent:local-language fluent:translate tabler:language iconoir:language remix:translate -jam:language|translate, language, translation
sparkles|sparkles sparkle auto-awesome sparkling bootstrap:stars fluent:sparkle iconoir:sparks phosphor:sparkle remix:sparkling -remix:sparkling-2 -tabler:sparkle|sparkles, magic, ai, stars, artificial intelligence
puzzle|puzzle extension puzzle-piece extension-puzzle !application-x-addon|puzzle piece, extension, plugin, add-on
robot|robot smart-toy bot robot-2 robot-outline carbon:bot -iconoir:bot|robot, bot, assistant
accessibility|accessibility accessibility-new universal-access person-arms-spread universal-access-circle -remix:wheelchair -carbon:accessibility -ionicons:body ionicons:accessibility -tabler:accessible !preferences-desktop-accessibility|accessibility, universal access
rss|rss rss-feed rss-simple rss-outline !application-rss+xml !rss|rss, news feed
coffee|coffee local-cafe cafe mug-hot cup coffee-cup bootstrap:cup-hot carbon:cafe drink-coffee -remix:goblet|coffee, cup, tea, break
list-check|list-check list-checks format-list-checks checklist tasklist task-list list-todo ui-checks text-bullet-list-square !view-task|check list, to-do list, tasks
phone-off|phone-off phone-slash call-end phone-disabled telephone-x phone-x phone-missed phone-hang-up !call-stop|hang up, end call, no calls
images|images photo-library collections image-multiple image-copy photo-album images-outline album-collection|pictures, photos, gallery, album
indent|indent indent-increase format-indent-increase text-indent text-indent-left indent-right text-indent-increase increase-indent menu-unfold !format-indent-more|indent, increase indent
outdent|outdent indent-decrease format-indent-decrease text-outdent text-indent-right unindent text-indent-decrease decrease-indent indent-left menu-fold !format-indent-less|outdent, decrease indent
hard-drive|hard-drive harddisk hdd hard-drive-2 hard-drive-outline device-hdd storage-drive !drive-harddisk|hard disk, drive, disk, storage
usb|usb usb-port usb-symbol usb-plug usb-drive usb-stick usb-flash-drive !drive-removable-media-usb !media-removable|usb stick, flash drive, removable drive
navigation|navigation navigation-2 location-arrow near-me navigation-arrow geo-fill cursor-location|navigation arrow, direction, locate me
newspaper|newspaper news newspaper-line newspaper-clipping|newspaper, news, press
graduation|graduation-cap school mortarboard academic-cap hat-graduation !applications-education|graduation cap, education, school, university
tablet|tablet tablet-mac device-tablet tablet-portrait tablet-android tablet-outline|tablet computer
tv|tv television tv-2 tv-outline tv-line device-tv !video-television|television, telly
window|window application-outline app-window application browser window-alt device-browser layout-navbar !window !window-new|window, application, program window
gauge|gauge speedometer tachometer dashboard-speed meter dashboard-3 speedometer-2 tachometer-alt !utilities-system-monitor|gauge, speed, speedometer, meter
ruler|ruler straighten ruler-line ruler-2 rulers measure ruler-measure|ruler, measure, length
magnet|magnet magnet-line magnet-straight|magnet, snap
barcode|barcode barcode-line barcode-scan upc upc-scan barcode-scanner|bar code, product code
fingerprint|fingerprint fingerprint-simple fingerprint-line fingerprint-recognition finger-print|finger print, biometric
car|car directions-car car-front vehicle-car car-line car-front-fill car-outline car-sport|car, automobile, vehicle
plane|plane airplane flight plane-line airplane-outline aircraft plane-departure flight-takeoff !airplane-mode !airplane-mode-symbolic !network-flightmode-on|airplane, flight, aeroplane, flight mode
truck|truck local-shipping truck-line delivery-truck vehicle-truck delivery truck-delivery|lorry, truck, delivery, shipping
bike|bicycle bike directions-bike vehicle-bicycle pedal-bike|bicycle, cycling
anchor|anchor anchor-line anchor-simple|anchor, harbour
umbrella|umbrella umbrella-line umbrella-outline beach-access|umbrella, rain cover
drop|droplet drop water water-drop drop-line raindrop opacity|drop, water, liquid
thermometer|thermometer device-thermostat thermometer-half thermostat temperature thermometer-simple !temperature|temperature, heat
circle|circle circle-outline radio-button-unchecked checkbox-blank-circle radio-button-off ellipse panorama-fish-eye -carbon:circle-outline radio-circle -material:circle -boxicons:radio-circle|circle, round, ring, dot, empty radio button
square|square checkbox-blank square-outline check-box-outline-blank crop-square border-square checkbox-unchecked carbon:checkbox pixelart:checkbox fluent:checkbox-unchecked boxicons:checkbox|square, empty check box, box, maximize window
"""
EXTRA_IGNORE = "share navigation location near up down left right direction turn corner label window browser frame scan card list-check".split()

def table():
    out = []
    for line in TABLE.strip().splitlines():
        c, al, syn = line.split("|")
        inc, exc, theme = set(), set(), set()
        for a in al.split():
            if a.startswith("!"): theme.add(a[1:])
            elif a.startswith("-"): exc.add(a[1:])
            else: inc.add(a)
        out.append((c, inc, exc, theme, [s.strip() for s in syn.split(",")]))
    return out
CONCEPTS = [t[0] for t in table()] + ["other"]
INDEX = {c: i for i, c in enumerate(CONCEPTS)}

def norm(set_, path):
    """(plain name, style) of a file of a set; None where the file is not used"""
    n = os.path.basename(path)[:-4].lower().replace("_", "-").replace(" ", "-").replace("--", "-")
    st = "fill" if re.search(r"/(filled|fill|solid|icons-solid)/", path) else "line"
    if set_ == "fluent":
        m = re.fullmatch(r"(.*)-(20|24)-(regular|filled)", n)
        if not m or (m[2] == "20" and m[3] == "filled"): return None
        return m[1], "fill" if m[3] == "filled" else "line"
    if set_ == "octicons":
        m = re.fullmatch(r"(.*)-(16|24)", n)
        if not m: return None
        n = m[1]
    if set_ == "boxicons": n = re.sub(r"^bx[sl]?-", "", n)
    if set_ == "jam" and n.endswith("-f"): n, st = n[:-2], "fill"
    for suf in ("-fill", "-filled", "-solid"):
        if n.endswith(suf): n, st = n[:-len(suf)], "fill"
    for suf in ("-line", "-outline", "-outlined", "-sharp", "-twotone") + (("-bold", "-thin", "-light", "-duotone") if set_ == "phosphor" else ()):
        if n.endswith(suf) and len(n) > len(suf):
            if set_ == "ionicons" and suf == "-sharp": st = "fill"
            n = n[:-len(suf)]
            break
    else:
        if set_ == "ionicons": st = "fill"
    return n, st

def label(set_, n, st, tab, words):
    """index of the concept, -1 for `other`, None for a name too near a concept to be either"""
    if n in ("star", "star-filled", "grade", "star-rate") and set_ != "theme":
        if set_ == "material": return None
        return INDEX["star-filled" if st == "fill" else "star"]
    if set_ == "remix" and st == "fill" and n.endswith("-s"): return None      # triangles
    if set_ == "carbon" and n in ("next", "previous"): return None
    if set_ == "eva" and n in ("arrow-down", "arrow-up", "arrow-left"): return INDEX["triangle-" + n[6:]]
    if set_ == "material" and n == "star-border": return INDEX["star"]
    for c, inc, exc, theme, _ in tab:
        if c.startswith("star"): continue
        if (set_ + ":" + n) in inc or (n in inc and (set_ + ":" + n) not in exc): return INDEX[c]
    if set(re.split(r"[-\d]+", n)) & words: return None
    return -1

def concept_words(tab):
    w = set(EXTRA_IGNORE)
    for c, inc, *_ in tab:
        for a in inc | {c}:
            w |= {x for x in re.split(r"[-:\d]+", a) if len(x) > 2 or x == "x"}
    return w - {"new", "no", "alt", "all", "line", "circle", "square", "device", "outline", "fill", "box", "simple"} | {"arrow", "chevron", "caret"}

# ---------------------------------------------------------------- fetch
def fetch():
    os.makedirs("npm", exist_ok=True)
    open("npm/package.json", "w").write('{"private":true}')
    subprocess.run(["npm", "install", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund",
                    "--save-exact"] + [s[0] for s in SETS.values()], cwd="npm", check=True)
    os.makedirs("deb", exist_ok=True)
    pk = [t[0] for t in (THEMES | LEARNT).values()] + ["fonts-dejavu-core", "fonts-liberation", "fonts-roboto-unhinted"]
    subprocess.run(["apt-get", "download"] + pk, cwd="deb", check=True)
    for d in glob.glob("deb/*.deb"): subprocess.run(["dpkg", "-x", d, "deb"], check=True)

# ---------------------------------------------------------------- render
def svg_png(text, side):
    from resvg_py import svg_to_bytes
    return Image.open(io.BytesIO(bytes(svg_to_bytes(svg_string=text, width=side, height=side)))).convert("RGBA")

def svg_alpha(path, side=HI):
    s = open(path, encoding="utf8").read()
    s = re.sub(r"currentColor", "#000", s)
    im = svg_png(s, side)
    a = np.asarray(im)[..., 3]
    return a

def holes_of(a):
    """areas enclosed by ink, numbered (for simulated coloured icons)"""
    from scipy import ndimage as nd
    inv = np.pad(a < 100, 1, constant_values=True)
    lab, n = nd.label(inv)
    lab = lab[1:-1, 1:-1]
    g = nd.label(inv)[0][0, 0]
    lab = np.where(lab == g, 0, lab)
    ids = [i for i in np.unique(lab) if i]
    out = np.zeros(a.shape, np.uint8)
    for k, i in enumerate(ids[:7]): out[lab == i] = k + 1
    return out

def render():
    tab = table(); words = concept_words(tab); rng = random.Random(SEED)
    items, seen = [], Counter()
    for set_, (_, _, role) in SETS.items():
        files = []
        for d in DIRS[set_]: files += sorted(glob.glob("npm/node_modules/" + d + "/*.svg"))
        lab_, oth = [], []
        for f in files:
            r = norm(set_, f)
            if r is None: continue
            l = label(set_, r[0], r[1], tab, words)
            if l is None: continue
            (oth if l < 0 else lab_).append((f, r[0], l))
        rng.shuffle(oth)
        keep = lab_ + oth[: 700 if role == "train" else 400]
        for f, n, l in keep:
            try: a = svg_alpha(f)
            except Exception: continue
            ys, xs = np.nonzero(a > 24)
            if len(ys) < 12: continue
            a = a[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
            items.append((set_, n, len(CONCEPTS) - 1 if l < 0 else l, a, holes_of(a)))
        c = Counter(CONCEPTS[l] if l >= 0 else "other" for _, _, l in keep)
        print(set_, len(lab_), "labelled,", len(keep) - len(lab_), "other,", len(c) - 1, "concepts", flush=True)
    # Icons of desktop themes are kept as they are coloured, and have no holes.
    for th, n, l, im in theme_pictures(LEARNT, others=150): items.append((th, n, l, im, None))
    print("themes:", Counter(i[0] for i in items if i[4] is None), flush=True)
    pickle.dump(items, open("items.pkl", "wb"))
    per = defaultdict(Counter)
    for s, n, l, *_ in items: per[l][s] += 1
    for i, c in enumerate(CONCEPTS):
        tr = [s for s in per[i] if s in LEARNT or SETS[s][2] == "train"]
        if len(tr) < 6: print("few sets:", c, dict(per[i]))

# ---------------------------------------------------------------- the network's input
def prepare(rgb):
    """an icon's crop (H x W x 3 or H x W, any scale) -> 32 x 32 float in [0,1]; the agent does the same"""
    x = rgb.astype(np.float32)
    if x.ndim == 2: x = x[..., None]
    b = np.concatenate([x[0], x[-1], x[1:-1, 0], x[1:-1, -1]])
    d = np.abs(x - np.median(b, axis=0)).max(axis=2)
    return fit(d)

def fit(d):
    h, w = d.shape
    k = 28.0 / max(h, w)
    nw, nh = max(1, round(w * k)), max(1, round(h * k))
    if (nw, nh) != (w, h):
        d = np.asarray(Image.fromarray(d, "F").resize((nw, nh), Image.BILINEAR))
    out = np.zeros((32, 32), np.float32)
    y, x = (32 - nh) // 2, (32 - nw) // 2
    out[y:y + nh, x:x + nw] = d
    m = out.max()
    return out / m if m > 1e-6 else out

# ---------------------------------------------------------------- samples
def paint(a, holes, r, train):
    """one icon as a grey picture around a ground of 0, at HI scale (float 0..255)"""
    v = a.astype(np.float32)
    if train and r.random() < .22:                       # thicker or thinner strokes
        im = Image.fromarray(a)
        v = np.asarray(im.filter(ImageFilter.MaxFilter(3 if r.random() < .6 else 5)) if r.random() < .6
                       else im.filter(ImageFilter.MinFilter(3)), np.float32)
        if v.max() < 160: v = a.astype(np.float32)
    if train and holes.max() > 0 and r.random() < .38:   # coloured icon: filled areas, sometimes brighter than the lines
        ink = r.choice([1, 1, .8, .55, .35]); h = np.zeros(9, np.float32)
        base = r.uniform(.1, 1)
        for k in range(1, 9): h[k] = base if r.random() < .6 else r.uniform(0, 1)
        h[1:] = np.where(np.abs(h[1:] - ink) < .2, ink - .45 if ink > .5 else ink + .45, h[1:])
        v = np.where(holes > 0, np.maximum(v / 255 * ink, h[holes] * (1 - v / 255)), v / 255 * ink) * 255
    if train and r.random() < .15:                       # shading
        g = np.linspace(r.uniform(.45, 1), r.uniform(.45, 1), v.shape[0], dtype=np.float32)[:, None]
        v = v * g
    return v

def theme_sample(rgba, r):
    """an icon of a desktop theme as another theme of colours, another ground and another size show it"""
    im = Image.fromarray(rgba)
    if r.random() < .4:
        side = max(10, round(rgba.shape[0] * r.choice([.75, .9, 1.1, 1.25, 1.5])))
        im = im.resize((side, side), r.choice([Image.BILINEAR, Image.LANCZOS, Image.BOX]))
    rgba = np.asarray(im).copy()
    if r.random() < .5 and not is_symbolic(rgba):
        rgb = rgba[..., :3].astype(np.float32)
        if r.random() < .5: rgb = rgb[..., r.sample(range(3), 3)]                    # other hues
        rgb = 127 + (rgb - 127) * r.uniform(.5, 1.4) + r.uniform(-30, 30)
        if r.random() < .2: rgb[:] = rgb.mean(2, keepdims=True)
        rgba[..., :3] = np.clip(rgb, 0, 255)
    if (rgba[..., 3] > 38).sum() < 6: return None
    bg = r.choice([255., 250., 245., 240., 230., 60., 45., 35., 20., r.uniform(0, 255)])
    d = on_ground(rgba, bg, [r.choice([0, 1, 1, 1, 2, 3]) for _ in "tblr"])
    if r.random() < .3: d = d + np.random.normal(0, r.uniform(1, 8), d.shape).astype(np.float32)
    return prepare(d)

def sample(item, r, train=True):
    set_, n, l, a, holes = item
    if holes is None:
        d = theme_sample(a, r)
        return d if d is not None else sample(item, r, train)
    v = paint(a, holes, r, train)
    h, w = v.shape
    if train and r.random() < .3:                        # a little rotation or stretch
        if r.random() < .5:
            v = np.asarray(Image.fromarray(v, "F").rotate(r.uniform(-5, 5), Image.BILINEAR, expand=True))
        else:
            v = np.asarray(Image.fromarray(v, "F").resize((max(1, int(w * r.uniform(.88, 1.12))), h), Image.BILINEAR))
        h, w = v.shape
    size = r.choice([10, 12, 14, 16, 16, 18, 20, 20, 24, 24, 28, 32, 36])       # longest side of the ink in pixels
    size *= r.uniform(.92, 1.08)
    k = size / max(h, w)
    W, H = w * k, h * k
    mx, my = [r.choice([0, 1, 1, 1, 2, 2, 3]) for _ in "xy"]
    if r.random() < .5: my = mx
    # anti-aliased drawing: the area of a destination pixel is averaged, with a part-pixel offset
    ox, oy = r.random(), r.random()
    pad = int(np.ceil(2 / k))
    p = np.pad(v, pad)
    dw, dh = int(np.ceil(W)) + 2, int(np.ceil(H)) + 2
    x0, y0 = pad - (1 + ox * (dw - 1 - W)) / k * .5, pad - (1 + oy * (dh - 1 - H)) / k * .5
    x0, y0 = max(0, x0), max(0, y0)
    box = (x0, y0, min(p.shape[1], x0 + dw / k), min(p.shape[0], y0 + dh / k))
    d = np.asarray(Image.fromarray(p, "F").resize((dw, dh), Image.BOX if r.random() < .5 else Image.BILINEAR, box=box))
    canvas = np.zeros((dh + 8, dw + 8), np.float32); canvas[4:-4, 4:-4] = d
    plate = train and l != INDEX["other"] and CONCEPTS[l] not in ("circle", "square", "record", "stop", "table") and r.random() < .13
    if plate:
        canvas = canvas / 255
        H2, W2 = canvas.shape; m = max(H2, W2)
        sq = np.zeros((m, m), np.float32); sq[(m - H2) // 2:(m - H2) // 2 + H2, (m - W2) // 2:(m - W2) // 2 + W2] = canvas
        M = m * 4; pl = Image.new("L", (M, M), 0); dr = ImageDraw.Draw(pl)
        ins = r.uniform(0, .06) * M
        if r.random() < .6: dr.ellipse([ins, ins, M - ins, M - ins], fill=255)
        else: dr.rounded_rectangle([ins, ins, M - ins, M - ins], radius=r.uniform(.1, .45) * M / 2, fill=255)
        pl = np.asarray(pl.resize((m, m), Image.BOX), np.float32) / 255
        pv = r.uniform(.3, 1); iv = 0 if r.random() < .5 else r.choice([x for x in (0, .2, 1) if abs(x - pv) > .3] or [0])
        c = pl * (pv * (1 - sq) + iv * sq) * 255
        if r.random() < .4: c = np.pad(c, r.choice([1, 2]))
        d = c
    else:
        ys = np.nonzero(canvas.max(1) > 20)[0]; xs = np.nonzero(canvas.max(0) > 20)[0]
        if len(ys) == 0: return fit(canvas)
        e = [0, 0, 0, 0]
        if train and r.random() < .25: e = [r.choice([-1, 0, 1]) for _ in e]
        y1, y2 = max(0, ys[0] - my + e[0]), min(canvas.shape[0], ys[-1] + 1 + my + e[1])
        x1, x2 = max(0, xs[0] - mx + e[2]), min(canvas.shape[1], xs[-1] + 1 + mx + e[3])
        d = canvas[y1:y2, x1:x2]
        if min(d.shape) < 1: d = canvas
    if train:
        if r.random() < .15:                             # resampled or blurred
            if r.random() < .5:
                d = np.asarray(Image.fromarray(d, "F").resize([max(2, int(n * r.uniform(.8, 1.3))) for n in d.shape[::-1]], Image.BILINEAR))
            else:
                b = Image.fromarray(np.clip(d, 0, 255).astype(np.uint8))
                d = np.asarray(b.filter(ImageFilter.GaussianBlur(r.uniform(.3, .8))), np.float32)
        if r.random() < .3: d = d + np.random.normal(0, r.uniform(1, 14), d.shape).astype(np.float32)
        if r.random() < .3: d = 255 * (np.clip(d, 0, 255) / 255) ** r.uniform(.6, 1.6)
    return prepare(d)

_fonts = None
def junk(r):
    """things that are not icons: letters, words, boxes, lines, noise, gradients"""
    global _fonts
    if _fonts is None:
        _fonts = sorted(f for f in glob.glob("deb/usr/share/fonts/**/*.ttf", recursive=True)
                        if re.search(r"(DejaVuSans|DejaVuSans-Bold|DejaVuSerif|DejaVuSansMono|LiberationSans|LiberationSerif|LiberationMono|Roboto)[^/]*\.ttf$", f))
    t = r.random(); N = 64
    if t < .62:
        one = r.random() < .45
        s = r.choice("aAbcCdDeEfFgGhHjJkKLmMnNpPqQrRsStuVwWyYzZ23456789&§€£") if one else \
            "".join(r.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPRSTUVW0123456789.,:-/") for _ in range(r.randint(2, 7)))
        f = ImageFont.truetype(r.choice(_fonts), r.choice([10, 11, 12, 13, 14, 16, 18, 22, 26]))
        x1, y1, x2, y2 = f.getbbox(s)
        im = Image.new("L", (max(3, x2 - x1 + 6), max(3, y2 - y1 + 6)), 0)
        ImageDraw.Draw(im).text((3 - x1, 3 - y1), s, fill=255, font=f)
        d = np.asarray(im, np.float32); m = r.choice([0, 1, 2]); d = d[3 - m:d.shape[0] - 3 + m, 3 - m:d.shape[1] - 3 + m]
        if not one and r.random() < .4:
            w = r.randint(6, max(7, d.shape[1])); d = d[:, :w]
        if r.random() < .15: d = 255 - d
    elif t < .72:
        im = Image.new("L", (r.randint(14, 60), r.randint(8, 30)), 0); dr = ImageDraw.Draw(im)
        b = [r.randint(0, 2), r.randint(0, 2), im.width - 1 - r.randint(0, 2), im.height - 1 - r.randint(0, 2)]
        if im.width < 1.5 * im.height: im = im.resize((im.height * 2, im.height))
        dr = ImageDraw.Draw(im); b[2] = im.width - 2
        dr.rounded_rectangle(b, radius=r.choice([0, 0, 2, 4, 8]), fill=r.choice([0, 0, 60, 255]), outline=255, width=r.choice([1, 1, 2]))
        if r.random() < .4: dr.text((4, 1), r.choice(["OK", "Save", "abc", "On", "No", "File"]), fill=r.choice([120, 200]))
        d = np.asarray(im, np.float32)
    elif t < .86:                                            # smooth random fields, as crops of photographs
        k = r.choice([3, 4, 6, 9, 14, 24]); c = np.random.rand(k, k).astype(np.float32) * 255
        d = np.asarray(Image.fromarray(c, "F").resize((N, N), Image.BICUBIC))
        if r.random() < .4: d = d + np.linspace(0, r.uniform(-255, 255), N).reshape((1, -1) if r.random() < .5 else (-1, 1))
        if r.random() < .3: d = (d > 128) * 255.0
    elif t < .92:
        d = np.random.rand(r.randint(8, 32), r.randint(8, 32)).astype(np.float32) * 255
    else:                                                    # random strokes
        im = Image.new("L", (r.randint(16, 40), r.randint(16, 40)), 0); dr = ImageDraw.Draw(im)
        for _ in range(r.randint(2, 6)):
            q = [r.randint(0, im.width), r.randint(0, im.height), r.randint(0, im.width), r.randint(0, im.height)]
            dr.line(q, fill=r.randint(90, 255), width=r.choice([1, 1, 2, 3]))
        d = np.asarray(im, np.float32)
    return prepare(np.asarray(d, np.float32))

def sheet():
    """a picture per 40 concepts with examples of each, to look for wrong labels"""
    items = pickle.load(open("items.pkl", "rb")); by = defaultdict(dict)
    for it in items: by[it[2]].setdefault(it[0] + it[1], it)
    order = [i for i in range(len(CONCEPTS)) if CONCEPTS[i] != "other"]
    for p in range(0, len(order), 40):
        im = Image.new("L", (90 + 34 * 46, 40 * 36), 255); dr = ImageDraw.Draw(im)
        for row, l in enumerate(order[p:p + 40]):
            dr.text((2, row * 36 + 10), CONCEPTS[l], fill=0)
            for col, it in enumerate(sorted(by[l].values(), key=lambda i: list(SETS).index(i[0]))[:46]):
                t = Image.fromarray(255 - it[3]); t.thumbnail((30, 30)); im.paste(t, (90 + col * 34, row * 36 + 2))
                dr.text((90 + col * 34, row * 36 + 26), it[0][:2], fill=0)
        im.save(f"sheet{p // 40}.png")

# ---------------------------------------------------------------- network
def network(n):
    import torch.nn as nn
    L = []
    for i, o, s, k in [(1, 32, 2, 5), (32, 48, 1, 3), (48, 64, 2, 3), (64, 96, 1, 3), (96, 128, 2, 3), (128, 192, 1, 3)]:
        L += [nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)]
    return nn.Sequential(*L, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(.05), nn.Linear(192, n))

def train(steps=3000, start=None):
    import torch, torch.nn.functional as F
    seed = SEED + bool(start)
    torch.set_num_threads(1); torch.manual_seed(seed); np.random.seed(seed); r = random.Random(seed)
    items = [i for i in pickle.load(open("items.pkl", "rb")) if i[0] in LEARNT or SETS[i[0]][2] == "train"]
    by = defaultdict(lambda: defaultdict(list))
    for it in items: by[it[2]][it[0]].append(it)
    oth = INDEX["other"]; real = [c for c in by if c != oth]
    def draw():
        if r.random() < .14:
            if r.random() < .4: return junk(r), oth
            c = oth
        else: c = r.choice(real)
        s = r.choices(list(by[c]), [len(x) ** .5 for x in by[c].values()])[0]
        return sample(r.choice(by[c][s]), r), c
    m = network(len(CONCEPTS))
    if start: m.load_state_dict(torch.load(start))
    m = m.to(memory_format=torch.channels_last)
    ema = {k: v.clone() for k, v in m.state_dict().items()}
    opt = torch.optim.AdamW(m.parameters(), lr=1e-3, weight_decay=.02)
    peak, B, t0 = 2e-3 if start else 4e-3, 128, time.time()
    # where the processor has no such numbers they are many times slower
    short = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    pool = []; hit = tot = 0
    for it in range(1, steps + 1):
        f = it / steps
        for g in opt.param_groups: g["lr"] = peak * min(1, f / .04 + .02) * max(.5 * (1 + np.cos(np.pi * f)), .003)
        # fresh samples and ones from the last minute, so that drawing does not take longer than learning
        new = [draw() for _ in range(B // 2 if len(pool) > 6000 else B)]
        old = r.sample(pool, B - len(new)) if len(new) < B else []
        pool += new
        if len(pool) > 30000: pool = pool[-26000:]
        bt = new + old
        x = torch.from_numpy(np.stack([q[0] for q in bt]))[:, None]; y = torch.tensor([q[1] for q in bt])
        dx, dy = r.randint(-1, 1), r.randint(-1, 1)
        if dx or dy: x = torch.roll(x, (dy, dx), (2, 3))
        with torch.autocast("cpu", torch.bfloat16, enabled=short):
            o = m(x.to(memory_format=torch.channels_last))
        loss = F.cross_entropy(o.float(), y, label_smoothing=.06)
        opt.zero_grad(); loss.backward(); opt.step()
        with torch.no_grad():
            dec = min(.998, it / (it + 9))
            for k, v in m.state_dict().items():
                if v.dtype.is_floating_point: ema[k].mul_(dec).add_(v, alpha=1 - dec)
                else: ema[k].copy_(v)
        hit += (o.argmax(1) == y).sum().item(); tot += len(y)
        if it % 100 == 0:
            print(f"{time.time()-t0:5.0f}s it {it} loss {loss.item():.3f} acc {hit/tot:.3f}", flush=True); hit = tot = 0
    m.load_state_dict(ema); torch.save(m.state_dict(), "model.pt")
    print("steps", steps, "samples", steps * B)

# ---------------------------------------------------------------- export
def export():
    import torch, onnx
    class S(torch.nn.Module):
        def __init__(s, m): super().__init__(); s.m = m
        def forward(s, x): return torch.softmax(s.m(x), 1)
    m = network(len(CONCEPTS)); m.load_state_dict(torch.load("model.pt")); m.eval(); s = S(m).eval()
    x = torch.rand(5, 1, 32, 32)
    import onnxruntime as ort
    from onnx import helper as h, numpy_helper as nh, TensorProto as TP
    # written out by hand: batch norm folded into the convolutions, opset 17, nothing but plain operators
    nodes, ini, cur, k = [], [], "icons", 0
    mods = list(m)
    def add(n, a): ini.append(nh.from_array(np.ascontiguousarray(a, np.float32), n))
    for i, l in enumerate(mods):
        if isinstance(l, torch.nn.Conv2d):
            bn = mods[i + 1]; g = (bn.weight / torch.sqrt(bn.running_var + bn.eps)).detach()
            add(f"w{k}", (l.weight.detach() * g[:, None, None, None]).numpy()); add(f"b{k}", (bn.bias.detach() - bn.running_mean * g).numpy())
            nodes.append(h.make_node("Conv", [cur, f"w{k}", f"b{k}"], [f"c{k}"], kernel_shape=list(l.kernel_size), strides=list(l.stride), pads=list(l.padding) * 2))
            nodes.append(h.make_node("Relu", [f"c{k}"], [f"r{k}"])); cur = f"r{k}"; k += 1
    lin = mods[-1]; add("wl", lin.weight.detach().numpy()); add("bl", lin.bias.detach().numpy())
    nodes += [h.make_node("GlobalAveragePool", [cur], ["p"]), h.make_node("Flatten", ["p"], ["f"], axis=1),
              h.make_node("Gemm", ["f", "wl", "bl"], ["l"], transB=1), h.make_node("Softmax", ["l"], ["scores"], axis=1)]
    g = h.make_graph(nodes, "icons", [h.make_tensor_value_info("icons", TP.FLOAT, ["N", 1, 32, 32])],
                     [h.make_tensor_value_info("scores", TP.FLOAT, ["N", len(CONCEPTS)])], ini)
    mo = h.make_model(g, opset_imports=[h.make_opsetid("", 17)], ir_version=8, producer_name="icons.py")
    h.set_model_props(mo, {"concepts": "\n".join(CONCEPTS)})
    onnx.checker.check_model(mo); os.makedirs("out", exist_ok=True); onnx.save(mo, "out/icons.onnx")
    so = ort.SessionOptions(); so.intra_op_num_threads = 1
    se = ort.InferenceSession("out/icons.onnx", so, providers=["CPUExecutionProvider"])
    d = np.abs(se.run(None, {"icons": x.numpy()})[0] - s(x).detach().numpy()).max()
    x = np.random.rand(64, 1, 32, 32).astype(np.float32); ts = []
    for _ in range(30): t = time.time(); se.run(None, {"icons": x}); ts.append(time.time() - t)
    res = dict(bytes=os.path.getsize("out/icons.onnx"), params=sum(p.numel() for p in m.parameters()), max_difference=float(d),
               ms_64_median=float(np.median(ts) * 1e3), ms_64_best=float(min(ts) * 1e3), ort=ort.__version__)
    print(res); json.dump(res, open("export.json", "w"))
    with open("out/icons-concepts.toml", "w") as f:
        f.write("# The concepts the icon classifier knows, in the order of its scores, and what people call them.\n")
        for c, inc, exc, th, syn in table():
            f.write(f'\n[[concept]]\nname = "{c}"\nsynonyms = {json.dumps(syn, ensure_ascii=False)}\n')
        f.write('\n# anything else: letters, words, plain boxes, pictures, symbols not in this list\n[[concept]]\nname = "other"\nsynonyms = []\n')

# ---------------------------------------------------------------- test
def theme_pictures(themes, others=0):
    """(theme, name, concept, RGBA picture) of desktop themes' icons at the sizes of tool bars; of so many others besides"""
    tab = table(); words = concept_words(tab)
    for th, (_, dirs) in themes.items():
        seen, rest = Counter(), []
        for d in dirs:
            fs = sorted(glob.glob(f"deb/usr/share/icons/{d}/**/*.svg", recursive=True) + glob.glob(f"deb/usr/share/icons/{d}/**/*.png", recursive=True))
            for f in fs:
                p = f.replace("\\", "/")
                size = 16 if re.search(r"/16(x16)?/|symbolic|/16/", p) else 24 if re.search(r"/(22|24)(x\d+)?/", p) else 32 if re.search(r"/32(x32)?/", p) else 0
                if not size or "@" in p: continue
                n = os.path.basename(f)[:-4].replace("-symbolic", "")
                c = next((c for c, inc, exc, theme, _ in tab if n in theme), None)
                if c is None:
                    if not set(re.split(r"[-\d]+", n)) & words: rest.append((f, n, size))
                    continue
                if seen[(c, size, n)] >= 2: continue
                im = theme_picture(f, size)
                if im is None: continue
                seen[(c, size, n)] += 1
                yield th, n, INDEX[c], im
        random.Random(SEED).shuffle(rest)
        for f, n, size in rest[:others]:
            im = theme_picture(f, size)
            if im is not None: yield th, n, INDEX["other"], im

def theme_picture(f, size):
    try:
        if f.endswith(".png"): im = Image.open(f).convert("RGBA")
        else: im = svg_png(open(f, encoding="utf8").read(), size)
    except Exception: return None
    im = im.resize((size, size), Image.LANCZOS) if im.width != size else im
    return np.asarray(im) if (np.asarray(im)[..., 3] > 38).sum() >= 6 else None

def is_symbolic(rgba):
    """whether it is drawn in one colour, which is then that of the theme's text"""
    solid = rgba[..., 3] > 127
    return bool(solid.any()) and np.ptp(rgba[..., :3][solid].astype(np.float32), axis=0).max() < 40

def on_ground(rgba, bg, pads=(1, 1, 1, 1)):
    """a theme's icon as it stands on a ground of one brightness, cut to its ink with so many pixels around"""
    al = rgba[..., 3] / 255.0; rgb = rgba[..., :3].astype(np.float32)
    lum = rgb[al > .3].mean() if (al > .3).any() else 128
    fg = 255 - rgb if is_symbolic(rgba) and abs(lum - bg) < 120 else rgb
    c = np.full(rgb.shape, bg, np.float32) * (1 - al[..., None]) + fg * al[..., None]
    ys, xs = np.nonzero(al > .15)
    c = np.pad(c, ((3, 3), (3, 3), (0, 0)), constant_values=bg)
    t, b, l, r = pads
    return c[ys.min() + 3 - t:ys.max() + 4 + b, xs.min() + 3 - l:xs.max() + 4 + r]

def theme_items():
    """coloured and symbolic icons of the desktop themes that are kept out, on light and dark grounds"""
    return [(th, "symbolic" if is_symbolic(im) else "coloured", n, l, prepare(on_ground(im, bg)))
            for th, n, l, im in theme_pictures(THEMES) for bg in (255.0, 245.0, 35.0)]

def test():
    import onnxruntime as ort
    so = ort.SessionOptions(); so.intra_op_num_threads = 1
    se = ort.InferenceSession("out/icons.onnx", so, providers=["CPUExecutionProvider"])
    r = random.Random(7); np.random.seed(7)
    items = pickle.load(open("items.pkl", "rb"))
    oth = INDEX["other"]; X, Y, S = [], [], []
    for it in items:
        if it[0] in LEARNT or SETS[it[0]][2] != "test": continue
        for _ in range(4):
            X.append(sample(it, r, False)); Y.append(it[2]); S.append(it[0])
    for _ in range(3000): X.append(junk(r)); Y.append(oth); S.append("junk")
    for th, kind, n, l, x in theme_items(): X.append(x); Y.append(l); S.append(f"{th} {kind}")
    X = np.stack(X)[:, None].astype(np.float32); Y = np.array(Y); S = np.array(S)
    P = np.concatenate([se.run(None, {"icons": X[i:i + 256]})[0] for i in range(0, len(X), 256)])
    O = P.argsort(1)[:, ::-1]; t1 = O[:, 0] == Y; t3 = (O[:, :3] == Y[:, None]).any(1)
    L = []
    def say(s): print(s); L.append(s)
    say("| set | crops of concepts | concepts | top-1 | top-3 |\n|---|---|---|---|---|")
    for s in list(dict.fromkeys(S)):
        k = (S == s) & (Y != oth)
        if k.any(): say(f"| {s} | {k.sum()} | {len(set(Y[k]))} | {t1[k].mean():.3f} | {t3[k].mean():.3f} |")
    held = np.isin(S, ["heroicons", "ionicons", "eva"])
    k = held & (Y != oth); say(f"| **all three held-out sets** | {k.sum()} | {len(set(Y[k]))} | {t1[k].mean():.3f} | {t3[k].mean():.3f} |")
    say("\nMost confused pairs (held-out sets):\n")
    cf = Counter((CONCEPTS[y], CONCEPTS[p]) for y, p in zip(Y[k], O[k, 0]) if y != p); tot = Counter(CONCEPTS[y] for y in Y[k])
    for (a, b), n in cf.most_common(30): say(f"- {a} taken for {b}: {n} of {tot[a]}")
    say("\nWorst concepts (held-out sets): " + ", ".join(f"{c} {np.mean(t1[k & (Y == INDEX[c])]):.2f}" for c in sorted(tot, key=lambda c: np.mean(t1[k & (Y == INDEX[c])]))[:25]))
    say("\nThreshold: a crop counts as a concept when that concept is the best one, is not `other`, and its score is at least t.\n")
    say("| t | concept crops accepted | precision of the accepted (held-out sets with their other icons) | unknown icons rejected | letters, words, boxes, noise rejected | precision of being judged `other` |\n|---|---|---|---|---|---|")
    top, sc = O[:, 0], P.max(1); hj = held | (S == "junk")
    for t in (0, .2, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9):
        acc = (top != oth) & (sc >= t); c = held & (Y != oth); o = held & (Y == oth); j = S == "junk"
        rej = hj & ~acc
        say(f"| {t:.2f} | {acc[c].mean():.3f} | {t1[acc & held].mean():.3f} | {1 - acc[o].mean():.3f} | {1 - acc[j].mean():.3f} | {(Y[rej] == oth).mean():.3f} |")
    th = np.array([(" " in s) for s in S])
    for t in (.3, .5, .6, .7):
        a = th & (top != oth) & (sc >= t); say(f"\nThemes at t = {t}: accepted {a.sum() / th.sum():.3f}, right among them {t1[a].mean():.3f}")
    per = defaultdict(Counter)
    for s, n, l, *_ in items: per[s][l == oth] += 1
    say("\n| set | package | licence | role | renderings of concepts | of other |\n|---|---|---|---|---|---|")
    for s, (p, li, ro) in SETS.items(): say(f"| {s} | {p} | {li} | {ro} | {per[s][False]} | {per[s][True]} |")
    open("test.md", "w").write("\n".join(L) + "\n")

def report():
    e = json.load(open("export.json")); t = open("test.md").read()
    head = f"""# Icon classifier: report

- {len(CONCEPTS) - 1} concepts and `other`; {e['params']} parameters; `icons.onnx` has {e['bytes']} bytes (opset 17, float32,
  input `icons` N x 1 x 32 x 32, output `scores` N x {len(CONCEPTS)}, class names under the metadata key `concepts`).
- onnxruntime {e['ort']} against the training network: largest difference of a score {e['max_difference']:.1e};
  64 crops on one thread: median {e['ms_64_median']:.1f} ms, best {e['ms_64_best']:.1f} ms (machine shared with other work).
- heroicons, ionicons and eva were in no way used in training.  Each of their icons is drawn four times at 10 to 36 px.
- Of the desktop themes (Debian 12's packages; GPL, LGPL or CC-BY-SA) {", ".join(THEMES)} were in no way used in training.
  Themes name by use, not by look, so part of their labels is wrong by what is drawn: a lower bound.

"""
    open("out/icons-report.md", "w").write(head + t + (open("notes.md").read() if os.path.exists("notes.md") else ""))

if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    if what in ("fetch", "all"): fetch()
    if what in ("render", "all"): render()
    if what in ("sheet", "all"): sheet()
    if what in ("train", "all"): train(steps, sys.argv[3] if len(sys.argv) > 3 else None)
    if what in ("export", "all"): export()
    if what in ("test", "all"):
        test()
        if os.path.exists("export.json"): report()      # of a network that was exported here
