# Run by the uninstaller of Windows before the files go, and not by that of an update. What Berth has told the machine for
# this user is taken back by the command that goes with them; Windows asks for the rights that it takes. Whatever becomes
# of that, the app goes. In a silent removal nobody is asked: what takes rights stays, and the log says so.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    ${if} ${Silent}
      System::Call 'kernel32::SetEnvironmentVariable(t "CI", t "1")'
    ${endIf}
    System::Call 'kernel32::SetEnvironmentVariable(t "ELECTRON_RUN_AS_NODE", t "1")'
    nsExec::ExecToLog /TIMEOUT=600000 '"$INSTDIR\Berth.exe" "$INSTDIR\resources\app.asar\dist\cli.cjs" setup --undo'
    Pop $0
    System::Call 'kernel32::SetEnvironmentVariable(t "ELECTRON_RUN_AS_NODE", t "")'
    ${if} $0 != 0
      DetailPrint "What Berth has told this machine may be there still ($0): the hosts file, rules of name resolution, certificates called Berth local CA"
    ${endIf}
  ${endIf}
!macroend
