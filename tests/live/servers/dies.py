"""Says why, in colour and with a key, and exits."""

import sys

sys.stderr.write("first words\n" + "filler\n" * 20)
sys.stderr.write("\x1b[31mFatal:\x1b[0m cannot read \u202e/etc/thing " + "x" * 400 + "\n")
sys.stderr.write("using sk-abcdefghijklmnop and hunter2-from-env\n")
sys.exit(3)
