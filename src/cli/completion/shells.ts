/** Shells that there is a completion for. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/**
 * What a shell loads. All it does is to ask `berth __complete -- WORD...` for the words that fit in the place of the last
 * one; each comes as a line, with a tab and its meaning behind.
 */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: String.raw`# bash completion for berth
_berth_complete() {
  local before=${'$'}{COMP_LINE:0:COMP_POINT} current trim word rest
  local -a given
  read -ra given <<< "$before"
  [[ $before == *[[:space:]] ]] && given+=('')
  current=${'$'}{given[${'$'}{#given[@]} - 1]}
  # To readline a word begins behind the last : or =
  trim=${'$'}{current%"${'$'}{current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r word rest; do
    [[ -n $word ]] || continue
    printf -v word '%q' "$word"
    COMPREPLY+=("${'$'}{word#"$trim"}")
  done < <("${'$'}{1/#\~/$HOME}" __complete -- "${'$'}{given[@]:1}" 2>/dev/null)
}
complete -o default -F _berth_complete berth
`,
  zsh: String.raw`#compdef berth
_berth() {
  local word about
  local -a found
  while IFS=$'\t' read -r word about; do
    found+=("${'$'}{word//:/\\:}:$about")
  done < <("${'$'}{words[1]/#\~/$HOME}" __complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then
    _describe 'berth' found
  else
    _files
  fi
}
if [[ ${'$'}{funcstack[1]} == _berth ]]; then
  _berth "$@"
else
  compdef _berth berth
fi
`,
  fish: `# fish completion for berth
function __berth_complete
    set -l given (commandline -opc)
    set -l current (commandline -ct)
    test (count $current) -eq 0; and set current ''
    berth __complete -- $given[2..-1] $current 2>/dev/null
end
complete -c berth -f -a '(__berth_complete)'
complete -c berth -n '__fish_seen_subcommand_from validate' -F
`,
  powershell: `# PowerShell completion for berth
Register-ArgumentCompleter -Native -CommandName berth -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $given = @($commandAst.CommandElements |
    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
    Select-Object -Skip 1 |
    ForEach-Object { $_.ToString() })
  # An empty word would get lost on its way to a program.
  if ($wordToComplete -eq '') { $given += '""' }
  & berth __complete -- @given 2>$null | ForEach-Object {
    $word, $about = $_ -split [char]9, 2
    if (-not $about) { $about = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
  }
}
`,
};
