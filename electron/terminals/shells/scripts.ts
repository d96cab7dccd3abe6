/**
 * What shells run at their start, beside the person's own files, so that they tell where each prompt and command begins
 * and how it ended: OSC 133 of FinalTerm, `A` prompt, `C` command, `D;status` its end. Each script first puts back what
 * was changed to have it read, then lets the person's own files be read as always.
 */

/** Read as `$ENV` in POSIX mode, in which bash reads nothing else. */
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
  builtin local status=$?
  builtin printf '\\033]133;D;%s\\a\\033]133;A\\a' "$status"
  builtin return "$status"
}
if [[ "$(builtin declare -p PROMPT_COMMAND 2>/dev/null)" == "declare -a"* ]]; then
  PROMPT_COMMAND=(__hearth_prompt "\${PROMPT_COMMAND[@]}")
else
  PROMPT_COMMAND="__hearth_prompt\${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
fi
PS0="\${PS0-}"'\\e]133;C\\a'
`;

/** The `.zshenv` of a folder that stands as ZDOTDIR; after it zsh goes on with the person's own. */
const zshenv = `if [[ -n "\${HEARTH_ZDOTDIR+x}" ]]; then
  'builtin' 'export' ZDOTDIR="$HEARTH_ZDOTDIR"
  'builtin' 'unset' HEARTH_ZDOTDIR
else
  'builtin' 'unset' ZDOTDIR
fi
if [[ -o interactive ]]; then
  __hearth_prompt() { 'builtin' 'printf' '\\033]133;D;%s\\a\\033]133;A\\a' "$?" }
  __hearth_command() { 'builtin' 'printf' '\\033]133;C\\a' }
  'builtin' 'typeset' -ga precmd_functions preexec_functions
  precmd_functions=(__hearth_prompt $precmd_functions)
  preexec_functions+=(__hearth_command)
fi
[[ -r "\${ZDOTDIR:-$HOME}/.zshenv" ]] && 'builtin' 'source' "\${ZDOTDIR:-$HOME}/.zshenv"
`;

/** Read from a folder of XDG_DATA_DIRS. From version 4 on fish tells all this by itself. */
const fish = `if set -q HEARTH_XDG_DATA_DIRS
    set -gx XDG_DATA_DIRS $HEARTH_XDG_DATA_DIRS
    set -e HEARTH_XDG_DATA_DIRS
else
    set -e XDG_DATA_DIRS
end
status is-interactive; or exit 0
string match -qr '^[123]\\.' -- $version; or exit 0
function __hearth_prompt --on-event fish_prompt
    printf '\\e]133;A\\a'
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
