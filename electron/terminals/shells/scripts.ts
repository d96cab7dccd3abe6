/**
 * What shells run at their start, beside the person's own files, so that they tell where each prompt and command begins
 * and how it ended: OSC 133 of FinalTerm, `A` prompt, `C` command, `D;status` its end; before `A`, OSC 7 with the folder,
 * unless its name could end the sequence. Each script first puts back what
 * was changed to have it read, then lets the person's own files be read as always.
 */

/**
 * Read as `$ENV` in POSIX mode, in which bash reads nothing else.
 *
 * The person's PROMPT_COMMAND sees the `$?` and PIPESTATUS of their last command. From 5.1 on each element of an array
 * does, and what is assigned to PROMPT_COMMAND later replaces the first, which is theirs. An older bash runs the first
 * alone, and an array can't be exported: there it is one `eval`, in whose words the status is kept by arithmetic, as a
 * command before theirs would change both. A bash below this one inherits that without `__hearth_last`, and runs theirs.
 */
const bash = `builtin unset ENV
[ -n "\${HEARTH_ENV+x}" ] && builtin export ENV="$HEARTH_ENV"
builtin unset HEARTH_ENV
builtin set +o posix
builtin shopt -u inherit_errexit 2>/dev/null
if [ -n "\${HEARTH_HISTFILE+x}" ]; then builtin export -n HISTFILE; builtin unset HEARTH_HISTFILE; fi
if builtin shopt -q login_shell; then
  [ -r /etc/profile ] && builtin source /etc/profile
  if [ -r ~/.bash_profile ]; then builtin source ~/.bash_profile
  elif [ -r ~/.bash_login ]; then builtin source ~/.bash_login
  elif [ -r ~/.profile ]; then builtin source ~/.profile
  fi
fi
__hearth_prompt() {
  builtin printf '\\033]133;D;%s\\a' "\${1-$?}"
  [[ "$PWD" == *[[:cntrl:]]* ]] || builtin printf '\\033]7;file://%s\\a' "\${PWD//%/%25}"
  builtin printf '\\033]133;A\\a'
}
__hearth_attributes="$(builtin declare -p PROMPT_COMMAND 2>/dev/null)"
if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501 )) && [[ "$__hearth_attributes" != "declare -"*x*" PROMPT"* || "$__hearth_attributes" == "declare -a"* ]]; then
  PROMPT_COMMAND[0]="\${PROMPT_COMMAND-}"
  PROMPT_COMMAND+=(__hearth_prompt)
else
  __hearth_last='__hearth_prompt "$__hearth_status"'
  builtin printf -v __hearth_attributes %q "\${PROMPT_COMMAND-}"
  PROMPT_COMMAND="eval $__hearth_attributes"'$'"'\\\\n'"'"\${__hearth_last+\${__hearth_last:0*(__hearth_status=$?)}}"'
fi
builtin unset __hearth_attributes
PS0="\${PS0-}"'\\e]133;C\\a'
`;

/**
 * The `.zshenv` of a folder that stands as ZDOTDIR; after it zsh goes on with the person's own. The system's zshenv was
 * read before, with our ZDOTDIR: one that has something to say of it is read again without. What it does besides is
 * then done twice; one that replaces ZDOTDIR whatever it was has this file not read at all.
 */
const zshenv = `if [[ -n "\${HEARTH_ZDOTDIR+x}" ]]; then
  'builtin' 'export' ZDOTDIR="$HEARTH_ZDOTDIR"
  'builtin' 'unset' HEARTH_ZDOTDIR
else
  'builtin' 'unset' ZDOTDIR
  for __hearth_file in /etc/zshenv /etc/zsh/zshenv; do
    [[ -r "$__hearth_file" && "$(<"$__hearth_file")" == *ZDOTDIR* ]] && 'builtin' 'source' "$__hearth_file"
  done
  'builtin' 'unset' __hearth_file
fi
if [[ -o interactive ]]; then
  __hearth_prompt() {
    'builtin' 'printf' '\\033]133;D;%s\\a' "$?"
    [[ "$PWD" == *[[:cntrl:]]* ]] || 'builtin' 'printf' '\\033]7;file://%s\\a' "\${PWD//\\%/%25}"
    'builtin' 'printf' '\\033]133;A\\a'
  }
  __hearth_command() { 'builtin' 'printf' '\\033]133;C\\a' }
  'builtin' 'typeset' -ga precmd_functions preexec_functions
  precmd_functions=(__hearth_prompt $precmd_functions)
  preexec_functions+=(__hearth_command)
fi
[[ -r "\${ZDOTDIR:-$HOME}/.zshenv" ]] && 'builtin' 'source' "\${ZDOTDIR:-$HOME}/.zshenv"
`;

/**
 * Read from a folder of XDG_DATA_DIRS, after the person's own conf.d, which may have added to it: our folder alone goes.
 * What is then left of a variable that the person didn't have is what fish takes without it. From version 4 on fish
 * tells all this by itself.
 */
const fish = `set -l __hearth_dirs
for __hearth_dir in (string split : -- $XDG_DATA_DIRS)
    test "$__hearth_dir" = "$HEARTH_DATA_DIR"; or set -a __hearth_dirs $__hearth_dir
end
set __hearth_dirs (string join : -- $__hearth_dirs)
if test "$__hearth_dirs" = /usr/local/share:/usr/share; and not set -q HEARTH_XDG_DATA_DIRS
    set -e XDG_DATA_DIRS
else
    set -gx XDG_DATA_DIRS $__hearth_dirs
end
set -e __hearth_dir
set -e HEARTH_DATA_DIR
set -e HEARTH_XDG_DATA_DIRS
status is-interactive; or exit 0
string match -qr '^[123]\\.' -- $version; or exit 0
function __hearth_prompt --on-event fish_prompt
    printf '\\e]7;file://%s\\a\\e]133;A\\a' (string escape --style=url -- $PWD)
end
function __hearth_command --on-event fish_preexec
    printf '\\e]133;C\\a'
end
function __hearth_end --on-event fish_postexec
    printf '\\e]133;D;%s\\a' $status
end
`;

/** By their paths in the folder that they are written to. */
export const shellScripts = {
  "hearth.bash": bash,
  "zsh/.zshenv": zshenv,
  "data/fish/vendor_conf.d/hearth.fish": fish,
} as const;
